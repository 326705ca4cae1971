import type { Episode, ImportItem, ImportRun, PublishPolicy } from '@mediamesh/contracts';
import { sentenceOf } from '../api-client.js';
import { readable } from '../terminal.js';

/** The state of an item's episode after the run. */
export type EpisodeState = Pick<Episode, 'status' | 'hasUnpublishedChanges' | 'origin'>;

/** The state of an item after the run; `public, changed` when changes wait for an editor. */
export type Standing = 'public' | 'public, changed' | 'draft' | 'withdrawn' | '—';

/** Whether the run's own result is current. Otherwise the episode is read, because editors may have changed it. */
export const isSettledByRun = ({ outcome, published }: Pick<ImportItem, 'outcome' | 'published'>): boolean =>
  published && (outcome === 'new' || outcome === 'changed');

/** The state of an item; an item without an episode has `undefined`. */
export function standingOf(item: ImportItem, episode: EpisodeState | undefined): Standing {
  if (isSettledByRun(item)) return 'public';
  if (!episode || item.outcome === 'duplicate') return '—';
  if (episode.status === 'published') return episode.hasUnpublishedChanges ? 'public, changed' : 'public';
  return episode.status === 'draft' ? 'draft' : 'withdrawn';
}

const awaitsPublishing = (standing: Standing): boolean => standing === 'draft' || standing === 'public, changed';

/** Why an item is not public as in the feed, if neither its codes nor the policy explain it. */
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

/** The lines for an item: position, outcome, state and title, then its codes with their messages. */
export function itemLines(item: ImportItem, episode: EpisodeState | undefined, policy: PublishPolicy): string[] {
  const standing = standingOf(item, episode);
  const head =
    `${String(item.position + 1).padStart(5)}  ${item.outcome.padEnd(9)}  ${standing.padEnd(15)}  ` +
    `${readable(item.title) || '(no title)'}`;
  const reason = reasonOf(standing, item, episode, policy);
  return [head, ...item.codes.map((code) => `         ${codeText(code)}`), ...(reason ? [`         ${reason}`] : [])];
}

export function codeText(code: string): string {
  const sentence = sentenceOf(code);
  return sentence === code ? readable(code) : `${code}: ${sentence}`;
}

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
