import { isDeepStrictEqual } from 'node:util';
import { EpisodeContent, type FieldError, type ImportOutcome } from '@mediamesh/contracts';
import { fieldErrors } from '@mediamesh/http';
import { hasUnpublishedChanges, type Item } from '../items/item.js';
import { type Origins, ownAll, takeFromSource } from '../items/origin.js';

/** One item of an import and the item it updates, if there is one. */
export interface Entry {
  readonly key: string;
  readonly existing: (Item & { readonly deleted: boolean }) | undefined;
  /** The working content of `existing`. */
  readonly current: EpisodeContent | undefined;
}

/** An item that is to be written. */
export interface Proposal extends Entry {
  readonly id: string;
  readonly versionId: string;
  content: EpisodeContent;
  readonly origin: Origins;
  readonly codes: string[];
}

/** An item without a new version: unchanged or invalid. */
export interface Outcome extends Entry {
  readonly outcome: Extract<ImportOutcome, 'unchanged' | 'failed'>;
  readonly codes: readonly string[];
  readonly errors: readonly FieldError[];
}

interface Ids {
  readonly id: string;
  readonly versionId: string;
}

/** Parses an incoming item and merges it into the existing one. An item in the trash stays there. */
export function planItem(entry: Entry, incoming: unknown, ids: Ids): Proposal | Outcome {
  const { existing, current } = entry;
  if (existing?.deleted) return { ...unchanged(entry), codes: ['item.in_trash'] };
  // the key belongs to the program itself
  if (existing && !current) return failed(entry, [{ pointer: '/key', code: 'field.duplicate' }]);
  const parsed = EpisodeContent.safeParse(incoming, { reportInput: true });
  if (!parsed.success) return failed(entry, fieldErrors(parsed.error.issues));
  const content = parsed.data;
  if (!existing || !current) return { ...entry, ...ids, content, origin: ownAll(content, 'source'), codes: [] };
  return { ...entry, ...ids, id: existing.id, codes: [], ...takeFromSource(current, content, existing.origin) };
}

export const failed = ({ key, existing, current }: Entry, errors: readonly FieldError[]): Outcome => ({
  key,
  existing,
  current,
  outcome: 'failed',
  codes: [...new Set(errors.map(({ code }) => code))],
  errors,
});

export const unchanged = ({
  key,
  existing,
  current,
  codes = [],
}: Entry & Partial<Pick<Proposal, 'codes'>>): Outcome => ({
  key,
  existing,
  current,
  outcome: 'unchanged',
  codes,
  errors: [],
});

export const isProposal = (one: Proposal | Outcome): one is Proposal => !('outcome' in one);

export const isUnchanged = ({ current, content }: Pick<Proposal, 'current' | 'content'>): boolean =>
  current !== undefined && isDeepStrictEqual(current, content);

/** The key by which episode numbers of a program are unique. */
const numberKey = ({ season = 0, kind: episodeKind, number }: EpisodeContent): string | undefined =>
  number === undefined ? undefined : `${season}/${episodeKind}/${number}`;

export const numbersOf = (proposals: readonly Proposal[]): string[] =>
  proposals.flatMap(({ content: { number } }) => (number === undefined ? [] : [number]));

/** Drops a taken episode number with a warning. The item then keeps its former number, season and kind. */
export function dropTakenNumbers(
  proposals: readonly Proposal[],
  taken: readonly { readonly id: string; readonly key: string }[],
): void {
  const holders = new Map(taken.map(({ id, key }) => [key, id]));
  for (const one of proposals) {
    const key = numberKey(one.content);
    if (key === undefined) continue;
    if ((holders.get(key) ?? one.id) === one.id) {
      holders.set(key, one.id);
      continue;
    }
    one.content = withNumberOf(one.current, one.content);
    one.codes.push('episode.number_taken');
  }
}

function withNumberOf(current: EpisodeContent | undefined, { number: _, ...content }: EpisodeContent): EpisodeContent {
  if (current?.number === undefined) return content;
  const { season: __, ...rest } = content;
  return {
    ...rest,
    ...(current.season !== undefined && { season: current.season }),
    number: current.number,
    kind: current.kind,
  };
}

/**
 * Whether an import may publish an item: a new one, a draft that no editor has touched, or a published one without
 * unpublished changes by an editor (`edited` has the ids of those with such changes). An item that an editor withdrew,
 * or published in some languages only, stays as it is.
 */
export function mayPublish(existing: Item | undefined, edited: ReadonlySet<string>): boolean {
  if (!existing) return true;
  if (existing.status === 'published')
    return !hasUnpublishedChanges(existing) || (isPublishedWhole(existing) && !edited.has(existing.id));
  return existing.status === 'draft' && !Object.values(existing.origin).includes('editor');
}

/** Whether all languages are live in the version published last. */
const isPublishedWhole = ({ live, languages, publishedVersionId }: Item): boolean =>
  Object.keys(live).length === languages.length &&
  languages.every((language) => live[language]?.versionId === publishedVersionId);
