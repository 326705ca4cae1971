import type { Episode, ImportItem, ImportRun, PublishPolicy } from '@mediamesh/contracts';
import { sentenceOf } from '../api-client.js';
import { readable } from '../terminal.js';

/** Where an item's episode stands after the run, as far as it matters here. */
export type EpisodeState = Pick<Episode, 'status' | 'hasUnpublishedChanges' | 'origin'>;

/** Where an item stands after the run. */
export type Standing = 'published' | 'public' | 'public, changed' | 'draft' | 'withdrawn' | '—';

/** `published` by this run, `public` already, `public, changed` where a change waits for an editor. `episode` is unknown for an item that made none. */
export function standingOf(item: ImportItem, episode: EpisodeState | undefined): Standing {
  if (item.published) return 'published';
  if (!episode || item.outcome === 'duplicate') return '—';
  if (episode.status === 'published') return episode.hasUnpublishedChanges ? 'public, changed' : 'public';
  return episode.status === 'draft' ? 'draft' : 'withdrawn';
}

/** Why an item is not public as the feed has it, where its codes do not say so. */
function reasonOf(standing: Standing, item: ImportItem, episode: EpisodeState | undefined, policy: PublishPolicy): string | undefined {
  if (standing === 'withdrawn') return 'an editor withdrew it, and it stays withdrawn';
  if (standing !== 'draft' && standing !== 'public, changed') return undefined;
  if (policy === 'draft') return 'this run leaves publishing to the editors';
  if (episode && Object.values(episode.origin).includes('editor')) return 'an editor has changed it, and decides';
  return item.codes.length > 0 ? undefined : 'it was not ready';
}

/** One item as lines: its place, outcome, standing and title, then each code with its sentence. */
export function itemLines(item: ImportItem, episode: EpisodeState | undefined, policy: PublishPolicy): string[] {
  const standing = standingOf(item, episode);
  const head = `${String(item.position + 1).padStart(5)}  ${item.outcome.padEnd(9)}  ${standing.padEnd(15)}  ${readable(item.title || item.key)}`;
  const reason = reasonOf(standing, item, episode, policy);
  return [head, ...item.codes.map((code) => `         ${codeText(code)}`), ...(reason ? [`         ${reason}`] : [])];
}

/** A code with its sentence. */
export function codeText(code: string): string {
  const sentence = sentenceOf(code);
  return sentence === code ? readable(code) : `${code}: ${sentence}`;
}

/** What the run did, in sum. */
export function countLines(run: Pick<ImportRun, 'counts' | 'total' | 'codes'>, standings: readonly Standing[]): string[] {
  const counts = Object.entries(run.counts).map(([outcome, count]) => `${count} ${outcome}`);
  const byStanding = Map.groupBy(standings.filter((standing) => standing !== '—'), (standing) => standing);
  const stand = [...byStanding].map(([standing, those]) => `${those.length} ${standing}`);
  return [
    `Items: ${counts.join(', ')}${run.total === null ? '' : ` (${run.total} in the feed)`}`,
    ...(stand.length > 0 ? [`Episodes: ${stand.join(', ')}`] : []),
    ...run.codes.map((code) => `The feed: ${codeText(code)}`),
  ];
}
