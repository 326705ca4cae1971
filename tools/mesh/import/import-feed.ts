import { setTimeout as pause } from 'node:timers/promises';
import {
  cmsGatewayApi,
  cmsIngestApi,
  type Episode,
  type ImportItem,
  type ImportRun,
  type PublishPolicy,
} from '@mediamesh/contracts';
import type { Environment } from '../addresses.js';
import { type EditorSession, logIn } from '../editor-session.js';
import { readRunningMesh } from '../mesh-folder.js';
import { readAllPages } from '../read-all-pages.js';
import { readable, type Terminal } from '../terminal.js';
import { type Feed, readFeed } from './feed.js';
import { findOrMakeSource, type SourceWish } from './find-or-make-source.js';
import { programLines } from './program-lines.js';
import { ProgressLine } from '../progress-line.js';
import { progressOf } from './progress.js';
import { countLines, isSettledByRun, itemLines, standingOf } from './report.js';

export interface ImportWish extends SourceWish {
  /** A URL or a file. */
  readonly feed: string;
}

/** The longest poll interval in milliseconds; the first polls are faster. */
const longestPauseMs = 1_000;

/** Imports a feed and prints the result of each item. The exit code is 1 when the run failed. */
export async function importFeed(wish: ImportWish, environment: Environment, terminal: Terminal): Promise<number> {
  const feed = await readFeed(wish.feed, environment);
  const mesh = await readRunningMesh(environment);
  const session = await logIn(mesh, terminal.note);
  const { source, made } = await findOrMakeSource(session, feed, wish);
  const policy: PublishPolicy = wish.publish ? 'when_ready' : source.publish;
  const name = readable('url' in feed ? feed.url : feed.name, 600);
  terminal.print(
    `${made ? 'New source' : 'Source'} ${source.id}: ` +
      `${name}${policy === 'when_ready' ? ', publishing what is ready' : ''}`,
  );

  const started = await startRun(session, source.id, feed, wish.publish);
  const run = await follow(session, started, new ProgressLine(terminal, () => performance.now(), progressOf));
  const items = await readAllPages((cursor) =>
    session.patiently(() =>
      session.clientOf(cmsIngestApi).listRunItems({ params: { id: run.id }, query: { limit: 100, cursor } }),
    ),
  );
  const episodes = await readEpisodes(session, run.programId, items);
  const episodeOf = ({ episodeId }: ImportItem): Episode | undefined =>
    episodeId === null ? undefined : episodes.get(episodeId);

  for (const item of items) for (const line of itemLines(item, episodeOf(item), policy)) terminal.print(line);
  const standings = items.map((item) => standingOf(item, episodeOf(item)));
  for (const line of countLines(run, standings, policy)) terminal.print(line);
  if (run.programId !== null)
    for (const line of await programLines(session, mesh.discovery, run.programId)) terminal.print(line);
  if (run.status !== 'failed') return 0;
  const reason = run.error ? `${readable(run.error.detail)} (${run.error.code})` : 'no reason was given';
  terminal.note(`The run ${run.id} failed: ${reason}\n`);
  return 1;
}

function startRun(session: EditorSession, id: string, feed: Feed, publish: boolean): Promise<ImportRun> {
  const query = publish ? { publish: 'when_ready' as const } : {};
  return session.patiently(
    () => session.clientOf(cmsIngestApi).startRun({ params: { id }, query }, 'file' in feed ? feed.file : undefined),
    { changes: true },
  );
}

async function follow(
  session: EditorSession,
  started: ImportRun,
  progress: ProgressLine<ImportRun>,
): Promise<ImportRun> {
  let run = started;
  try {
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
      progress.show(run);
      if (run.status === 'completed' || run.status === 'failed') return run;
      await pause(pauseMs);
      run = await session.patiently(() => session.clientOf(cmsIngestApi).getRun({ params: { id: started.id } }));
    }
  } finally {
    progress.end();
  }
}

/** The current episodes of the items, except where the run itself has the answer. */
async function readEpisodes(
  session: EditorSession,
  programId: string | null,
  items: readonly ImportItem[],
): Promise<ReadonlyMap<string, Episode>> {
  const found = new Map<string, Episode>();
  const wanted = new Set(
    items.flatMap((item) => (item.episodeId === null || isSettledByRun(item) ? [] : [item.episodeId])),
  );
  if (programId === null || wanted.size === 0) return found;
  for (let cursor: string | undefined; wanted.size > 0;) {
    const page = await session.patiently(() =>
      session.clientOf(cmsGatewayApi).listEpisodes({ params: { id: programId }, query: { limit: 100, cursor } }),
    );
    for (const episode of page.items) if (wanted.delete(episode.id)) found.set(episode.id, episode);
    if (page.next === null) break;
    cursor = page.next;
  }
  return found;
}
