import { setTimeout as pause } from 'node:timers/promises';
import { type Reindex, searchServiceApi } from '@mediamesh/contracts';
import { isPassing } from './api-client.js';
import { barOf, type Progress, ProgressLine } from './progress-line.js';
import type { ServiceClients } from './service-clients.js';
import { readable, type Terminal } from './terminal.js';

/** Milliseconds. */
const pauseMs = 250;
/** Milliseconds; a rebuild survives a restart of search-service, so the command waits this long for an answer. */
const longestSilenceMs = 60_000;

/** Rebuilds the search index, or joins a running rebuild, and shows the progress. The exit code is 1 when it fails. */
export async function reindex(clients: ServiceClients, terminal: Terminal, interrupted: AbortSignal): Promise<number> {
  const search = clients(searchServiceApi);
  const started = await search.startReindex({});
  if (started.requestedBy !== 'service:mesh' || started.documents + started.tombstones > 0)
    terminal.note(`One is under way already, asked for by ${readable(started.requestedBy)}.\n`);
  const read = (): Promise<Reindex> => search.getReindex({ params: { id: started.id } });
  const start = performance.now();
  const ended = await follow(started, read, terminal, interrupted);
  if (!ended) {
    terminal.note('The building goes on without this command; npm run mesh -- reindex shows it again.\n');
    return 1;
  }
  if (ended.status === 'failed') {
    const reason = ended.error ? `${readable(ended.error.detail, 500)} (${ended.error.code})` : 'no reason was given';
    terminal.note(`The index could not be built anew: ${reason}. The one before is in its place.\n`);
    return 1;
  }
  terminal.print(
    `The index was built anew: ${ended.documents} documents and ${ended.tombstones} tombstones taken over, ` +
      `${ended.found ?? 0} documents to be found, ${((performance.now() - start) / 1000).toFixed(1)} s.`,
  );
  return 0;
}

async function follow(
  started: Reindex,
  read: () => Promise<Reindex>,
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<Reindex | undefined> {
  const progress = new ProgressLine<Reindex>(terminal, () => performance.now(), progressOf);
  let heardAt = performance.now();
  try {
    for (let rebuild = started; ;) {
      progress.show(rebuild);
      if (rebuild.status === 'completed' || rebuild.status === 'failed') return rebuild;
      await pause(pauseMs, undefined, { signal: interrupted }).catch((error: unknown) => {
        if (!interrupted.aborted) throw error;
      });
      if (interrupted.aborted) return undefined;
      try {
        rebuild = await read();
        heardAt = performance.now();
      } catch (error) {
        if (!isPassing(error) || performance.now() - heardAt > longestSilenceMs) throw error;
      }
    }
  } finally {
    progress.end();
  }
}

/** The progress of a rebuild; `elapsedMs` since the command started. */
export function progressOf(
  { status, documents, tombstones, total }: Pick<Reindex, 'status' | 'documents' | 'tombstones' | 'total'>,
  elapsedMs: number,
): Progress {
  const done = documents + tombstones;
  const seconds = `${Math.floor(elapsedMs / 1000)} s`;
  const ended = status === 'completed' || status === 'failed';
  const counted = total === null ? `${done} items` : `${done}/${Math.max(total, done)} items`;
  const share = status === 'completed' ? 1 : done / Math.max(total ?? 0, done, 1);
  const text =
    status === 'queued'
      ? `${barOf(0)} waiting · ${seconds}`
      : `${barOf(total === null && !ended ? 0 : share)} ${counted} · ${seconds}`;
  return { text, moved: `${status} ${done}`, ended };
}
