import { z } from 'zod';
import { byLanguage, Id, Language, withCode } from '../kernel/fields.js';
import { columnOf } from './field.js';
import { localizedFields, programFields } from './fields.js';

/** The statuses that exist so far; derived from what is live. */
export const ContentStatus = z.enum(['draft', 'published', 'unpublished']);
export type ContentStatus = z.output<typeof ContentStatus>;

/** Who owns a field: an editor's edit claims it, an import leaves an editor's fields alone. */
export const Origin = z.enum(['editor', 'source']);
export type Origin = z.output<typeof Origin>;

export const maximumLanguages = 20;

/** Something for each of at most {@link maximumLanguages} languages. */
export const byFewLanguages = <T extends z.ZodType>(value: T) =>
  byLanguage(value).refine((entries) => Object.keys(entries).length <= maximumLanguages, withCode('field.too_long'));

/** What is said in which languages. A draft may still lack its titles. */
export const languageFields = {
  defaultLanguage: Language,
  localizations: byFewLanguages(z.strictObject(columnOf(localizedFields, 'kept'))),
};

const hasDefault = (content: { defaultLanguage: string; localizations: Record<string, unknown> }): boolean =>
  Object.hasOwn(content.localizations, content.defaultLanguage);
export const defaultLanguagePresent = {
  check: hasDefault,
  options: { ...withCode('program.default_language_missing'), path: ['localizations'] },
};

/** Everything an editor says about a program: one immutable version of it. */
export const ProgramContent = z
  .strictObject({ ...languageFields, ...columnOf(programFields, 'kept') })
  .refine(defaultLanguagePresent.check, defaultLanguagePresent.options)
  .meta({ id: 'ProgramContent' });
export type ProgramContent = z.output<typeof ProgramContent>;

/**
 * The fields of the editors' view that say where an item stands, and what it says in each language. A language that is
 * `live` is public.
 */
export const stateFields = {
  id: Id,
  status: ContentStatus,
  hasUnpublishedChanges: z.boolean(),
  origin: z.record(z.string(), Origin),
  /** Rises by one with every change of an editor or an import; also the ETag. */
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  publishedAt: z.string().nullable(),
  createdBy: z.string().nullable(),
  defaultLanguage: z.string(),
  localizations: z.record(
    z.string(),
    z.object(columnOf(localizedFields, 'read')).partial().extend({ live: z.boolean() }),
  ),
};

/** A series, podcast, documentary or film, as editors see it. */
export const Program = z.object({ ...stateFields, ...columnOf(programFields, 'read') }).meta({ id: 'Program' });
export type Program = z.output<typeof Program>;
