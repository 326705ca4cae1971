import type { Episode, ImportItem, ImportRun, PublishPolicy } from '@mediamesh/contracts';
import { sentenceOf } from '../api-client.js';
import { readable } from '../terminal.js';

/** Where an item's episode stands after the run, as far as it matters here. */
export type EpisodeState = Pick<Episode, 'status' | 'hasUnpublishedChanges' | 'origin'>;

/** Where an item stands after the run; `public, changed` where a change waits for an editor. */
export type Standing = 'public' | 'public, changed' | 'draft' | 'withdrawn' | '—';

/**
 * What a run says of an item it wrote is fresh; of the others the episode knows better, because editors may have acted
 * since.
 */
export const isSettledByRun = ({ outcome, published }: Pick<ImportItem, 'outcome' | 'published'>): boolean =>
  published && (outcome === 'new' || outcome === 'changed');

/** Where an item stands; `episode` is unknown for an item that made none. */
export function standingOf(item: ImportItem, episode: EpisodeState | undefined): Standing {
  if (isSettledByRun(item)) return 'public';
  if (!episode || item.outcome === 'duplicate') return '—';
  if (episode.status === 'published') return episode.hasUnpublishedChanges ? 'public, changed' : 'public';
  return episode.status === 'draft' ? 'draft' : 'withdrawn';
}

const awaitsPublishing = (standing: Standing): boolean => standing === 'draft' || standing === 'public, changed';

/** Why an item is not public as the feed has it, where neither its codes nor the policy say so. */
function reasonOf(
  standing: Standing,
  item: ImportItem,
  episode: EpisodeState | undefined,
  policy: PublishPolicy,
): string | undefined {
  if (standing === 'withdrawn') return 'an editor withdrew it, and it stays withdrawn';
  if (!awaitsPublishing(standing) || policy === 'draft') return undefined;
  if (episode && Object.values(episode.origin).includes('editor')) return 'an editor has changed it, and decides';
  return item.codes.length > 0 ? undefined : 'the run gave no reason';
}

/** One item as lines: its place, outcome, standing and title, then each code with its sentence. */
export function itemLines(item: ImportItem, episode: EpisodeState | undefined, policy: PublishPolicy): string[] {
  const standing = standingOf(item, episode);
  const head =
    `${String(item.position + 1).padStart(5)}  ${item.outcome.padEnd(9)}  ${standing.padEnd(15)}  ` +
    `${readable(item.title) || '(no title)'}`;
  const reason = reasonOf(standing, item, episode, policy);
  return [head, ...item.codes.map((code) => `         ${codeText(code)}`), ...(reason ? [`         ${reason}`] : [])];
}

/** A code with its sentence. */
export function codeText(code: string): string {
  const sentence = sentenceOf(code);
  return sentence === code ? readable(code) : `${code}: ${sentence}`;
}

/** What the run did, in sum. */
export function countLines(
  run: Pick<ImportRun, 'counts' | 'total' | 'published' | 'codes'>,
  standings: readonly Standing[],
  policy: PublishPolicy,
): string[] {
  const counts = Object.entries(run.counts).map(([outcome, count]) => `${count} ${outcome}`);
  const byStanding = Map.groupBy(
    standings.filter((standing) => standing !== '—'),
    (standing) => standing,
  );
  const stand = [...byStanding].map(([standing, those]) => `${those.length} ${standing}`);
  return [
    `Items: ${counts.join(', ')}${run.total === null ? '' : ` (${run.total} in the feed)`}`,
    ...(stand.length > 0 ? [`Episodes: ${stand.join(', ')}; this run published ${run.published}`] : []),
    ...(policy === 'draft' && standings.some(awaitsPublishing)
      ? ['This run left publishing to the editors; --publish publishes what is ready.']
      : []),
    ...run.codes.map((code) => `The feed: ${codeText(code)}`),
  ];
}
