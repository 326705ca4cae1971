import { isDeepStrictEqual } from 'node:util';
import { EpisodeContent, type FieldError, type ImportOutcome } from '@mediamesh/contracts';
import { fieldErrors } from '@mediamesh/http';
import { hasUnpublishedChanges, type Item } from '../items/item.js';
import { type Origins, ownAll, takeFromSource } from '../items/origin.js';

/** What a source says of one item, beside what there is of it. */
export interface Entry {
  readonly key: string;
  readonly existing: (Item & { readonly deleted: boolean }) | undefined;
  /** The working content of what exists. */
  readonly current: EpisodeContent | undefined;
}

/** An item on its way through a batch. */
export interface Planned extends Entry {
  readonly id: string;
  readonly versionId: string;
  content: EpisodeContent;
  readonly origin: Origins;
  readonly codes: string[];
}

/** An item of which nothing new is to be kept: it says nothing new, or is not valid. */
export interface Settled extends Entry {
  readonly outcome: Extract<ImportOutcome, 'unchanged' | 'failed'>;
  readonly codes: string[];
  readonly errors: readonly FieldError[];
}

export interface Ids {
  readonly id: string;
  readonly versionId: string;
}

/** Parses what came and merges it into what there is; an item in the trash stays there. */
export function planItem(entry: Entry, incoming: unknown, ids: Ids): Planned | Settled {
  if (entry.existing?.deleted) return { ...entry, outcome: 'unchanged', codes: ['item.in_trash'], errors: [] };
  // the key is the program's
  if (entry.existing && !entry.current) return failed(entry, [{ pointer: '/key', code: 'field.duplicate' }]);
  const parsed = EpisodeContent.safeParse(incoming, { reportInput: true });
  if (!parsed.success) return failed(entry, fieldErrors(parsed.error.issues));
  return merge(entry, parsed.data, ids);
}

/** What a source says, merged into what there is. */
export function merge(entry: Entry, incoming: EpisodeContent, { id, versionId }: Ids): Planned {
  const { existing, current } = entry;
  if (!existing || !current)
    return { ...entry, id, versionId, content: incoming, origin: ownAll(incoming, 'source'), codes: [] };
  return { ...entry, id: existing.id, versionId, codes: [], ...takeFromSource(current, incoming, existing.origin) };
}

export const failed = (entry: Entry, errors: readonly FieldError[]): Settled => ({
  ...entry,
  outcome: 'failed',
  codes: [...new Set(errors.map(({ code }) => code))],
  errors,
});

export const isSettled = (one: Planned | Settled): one is Settled => 'outcome' in one;
export const isPlanned = (one: Planned | Settled): one is Planned => !isSettled(one);

/** Whether what is to be kept says anything that is not said already. */
export const isUnchanged = ({ current, content }: Pick<Planned, 'current' | 'content'>): boolean =>
  current !== undefined && isDeepStrictEqual(current, content);

/** How numbers compete: within one program, by season and kind. */
const numberKey = ({ season = 0, kind: episodeKind, number }: EpisodeContent): string | undefined =>
  number === undefined ? undefined : `${season}/${episodeKind}/${number}`;

export const numbersOf = (planned: readonly Planned[]): string[] =>
  planned.flatMap(({ content: { number } }) => (number === undefined ? [] : [number]));

/**
 * Drops a number that another episode has, in the program or earlier in the batch, with a warning; what an item had, it
 * keeps with its season and kind.
 */
export function settleNumbers(
  planned: readonly Planned[],
  taken: readonly { readonly id: string; readonly key: string }[],
): void {
  const holders = new Map(taken.map(({ id, key }) => [key, id]));
  for (const one of planned) {
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
 * Whether an import may publish: what was never published and what no editor has touched, or what is public without an
 * editor's changes waiting (`edited` names the items where some are). What an editor withdrew, or published in some
 * languages only, stays as it is.
 */
export function mayPublish(existing: Item | undefined, edited: ReadonlySet<string>): boolean {
  if (!existing) return true;
  if (existing.status === 'published')
    return !hasUnpublishedChanges(existing) || (isPublishedWhole(existing) && !edited.has(existing.id));
  return existing.status === 'draft' && !Object.values(existing.origin).includes('editor');
}

/** Whether the last publication was of every language there is. */
const isPublishedWhole = ({ live, languages, publishedVersionId }: Item): boolean =>
  Object.keys(live).length === languages.length &&
  languages.every((language) => live[language]?.versionId === publishedVersionId);
