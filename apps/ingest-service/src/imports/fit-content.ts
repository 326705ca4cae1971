import { type ContentField, episodeFields, programFields } from '@mediamesh/contracts';
import { escapeHtml, stripHtml, truncate } from '@mediamesh/text';
import { fieldErrors } from '@mediamesh/http';
import type { z } from 'zod';
import type { SourceTexts } from '../sources/source-content.js';

/** Content of a program or an episode, with the contract's field names and values not yet validated. */
export interface Draft extends Partial<Record<ContentField, unknown>> {
  defaultLanguage: string;
  localizations: Record<string, SourceTexts>;
}

export interface Fitted {
  readonly content: Draft;
  /** Codes without prefix for what was left out or cut, such as `link_ignored`. */
  readonly notes: readonly string[];
}

/** Characters of plain text kept of a description that is still too long after sanitising. */
const shortDescription = 5_000;
const NOTES: Readonly<Record<string, string>> = { releasedAt: 'date_ignored', durationSeconds: 'duration_ignored' };

/** Leaves out invalid fields, so that the rest can be stored. Fields that cannot be left out stay and fail later. */
export function fitContent(schema: z.ZodType, draft: Draft): Fitted {
  const result = schema.safeParse(draft, { reportInput: true });
  if (result.success) return { content: draft, notes: [] };
  return leaveOut(
    draft,
    fieldErrors(result.error.issues).map(({ pointer }) => pointer),
  );
}

/** Removes the fields named by JSON pointers, such as `/people/3/name`. A description is shortened instead. */
export function leaveOut(draft: Draft, pointers: readonly string[]): Fitted {
  const content: Draft = { ...draft, localizations: { ...draft.localizations } };
  const notes = new Set<string>();
  const droppedEntries = new Map<ContentField, Set<number>>();
  for (const pointer of pointers) {
    const [, field = '', second = '', third = ''] = pointer.split('/');
    if (field === 'localizations') shortenDescription(content, second, third, notes);
    if (!isField(field)) continue;
    if (Array.isArray(draft[field]) && /^\d+$/.test(second))
      droppedEntries.set(field, (droppedEntries.get(field) ?? new Set()).add(Number(second)));
    else if (content[field] !== undefined && field !== 'type') {
      delete content[field];
      notes.add(noteOf(field));
    }
  }
  for (const [field, dropped] of droppedEntries) {
    content[field] = (draft[field] as unknown[]).filter((_, index) => !dropped.has(index));
    notes.add(noteOf(field));
  }
  return { content, notes: [...notes] };
}

/** Cuts HTML to `maximum` characters, never inside a tag or a character reference. The sanitiser closes open tags. */
export function cutHtml(html: string, maximum: number): string {
  if (html.length <= maximum) return html;
  const cut = truncate(html, maximum);
  const tag = cut.lastIndexOf('<');
  const whole = tag > cut.lastIndexOf('>') ? cut.slice(0, tag) : cut;
  return whole.replace(/&[#\w]{0,32}$/, '');
}

function shortenDescription(content: Draft, language: string, field: string, notes: Set<string>): void {
  const entry = content.localizations[language];
  if (field !== 'description' || entry?.description === undefined) return;
  const text = truncate(stripHtml(entry.description), shortDescription);
  content.localizations[language] = { ...entry, description: `<p>${escapeHtml(text)}</p>` };
  notes.add('description_cut');
}

const isField = (name: string): name is ContentField => Object.hasOwn({ ...programFields, ...episodeFields }, name);

const noteOf = (field: string): string => NOTES[field] ?? `${field}_ignored`;
