import { setTimeout as pause } from 'node:timers/promises';
import { cmsServiceApi, metadataServiceApi, outboxApi, type OutboxState } from '@mediamesh/contracts';
import { isPassing } from './api-client.js';
import { Failure } from './failure.js';
import { barOf, type Progress, ProgressLine } from './progress-line.js';
import type { ServiceClients } from './service-clients.js';
import type { Terminal } from './terminal.js';

/** Documents and tombstones per call. */
const pageLimit = 200;
/** The next page is announced only when at most this many events are unsent, so that the outbox stays small. */
const mostUnsent = 500;

/** Milliseconds: the poll interval, and how long a service may not answer, or an outbox may send nothing. */
export interface Patience {
  readonly pauseMs: number;
  readonly longestSilenceMs: number;
}

export interface AnnounceState {
  readonly announced: number;
  readonly total: number | undefined;
  /** The id of the last document that was announced. */
  readonly after: string | undefined;
  readonly next: 'page' | 'room' | 'nothing';
}

type Ask = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * Announces all public documents, all tombstones and the categories again, optionally after an id, and shows the
 * progress. The exit code is 1 when it does not reach the end; the message then says how to continue.
 */
export async function announce(
  after: string | undefined,
  clients: ServiceClients,
  terminal: Terminal,
  interrupted: AbortSignal,
  patience: Patience = { pauseMs: 250, longestSilenceMs: 60_000 },
): Promise<number> {
  const start = performance.now();
  const progress = new ProgressLine<AnnounceState>(terminal, () => performance.now(), progressOf);
  let reached: AnnounceState = { announced: 0, total: undefined, after, next: 'page' };
  let failure: Failure | undefined;
  try {
    await announceAll(reached, clients, interrupted, patience, (now) => progress.show((reached = now)));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    failure = error;
  } finally {
    progress.end();
  }
  if (reached.next !== 'nothing') {
    if (failure) terminal.note(`${failure.message}\n`);
    const further = reached.after === undefined ? ' begins anew' : ` --after ${reached.after} goes on`;
    terminal.note(`Announced ${reached.announced} so far; npm run mesh -- announce${further}.\n`);
    return 1;
  }
  terminal.print(
    `Announced again: ${reached.announced} documents and tombstones, and the categories, ` +
      `${((performance.now() - start) / 1000).toFixed(1)} s. npm run mesh -- outbox tells when all are sent.`,
  );
  return 0;
}

/** Announces page by page; returns early when interrupted. */
async function announceAll(
  from: AnnounceState,
  clients: ServiceClients,
  interrupted: AbortSignal,
  patience: Patience,
  show: (reached: AnnounceState) => void,
): Promise<void> {
  const cms = clients(cmsServiceApi);
  const outbox = clients(outboxApi('cms-service'));
  const ask: Ask = (call) => askPatiently(call, interrupted, patience);
  await ask(() => clients(metadataServiceApi).announceVocabularies({}));
  const counted = from.after === undefined ? await ask(() => cms.countPublicDocuments({})) : undefined;
  let reached: AnnounceState = { ...from, total: counted && counted.documents + counted.tombstones };
  while (reached.next !== 'nothing') {
    await waitForRoom(
      () => ask(() => outbox.readOutbox({})),
      interrupted,
      patience,
      () => show({ ...reached, next: 'room' }),
    );
    if (interrupted.aborted) return;
    const { announced, next } = await ask(() =>
      cms.announcePublicDocuments({ query: { after: reached.after, limit: pageLimit } }),
    );
    reached = {
      ...reached,
      announced: reached.announced + announced,
      after: next ?? reached.after,
      next: next === null ? 'nothing' : 'page',
    };
    show(reached);
  }
}

/** Waits while cms-service has too many unsent events. Throws {@link Failure} when it sends none for too long. */
async function waitForRoom(
  read: () => Promise<OutboxState>,
  interrupted: AbortSignal,
  { pauseMs, longestSilenceMs }: Patience,
  onWait: () => void,
): Promise<void> {
  let before: OutboxState | undefined;
  for (let sentAt = performance.now(); !interrupted.aborted; await pauseFor(pauseMs, interrupted)) {
    const now = await read();
    if (now.unsent <= mostUnsent) return;
    // other requests append events meanwhile, so the number may rise although some were sent
    if (!before || now.oldestUnsentAt !== before.oldestUnsentAt || now.unsent < before.unsent)
      sentAt = performance.now();
    else if (performance.now() - sentAt > longestSilenceMs)
      throw new Failure(
        `cms-service has ${now.unsent} events to send, and sends none: npm run mesh -- outbox, npm run mesh -- doctor.`,
      );
    before = now;
    onWait();
  }
}

/** Retries during a short outage of the service. Announcing a page twice does no harm. */
async function askPatiently<T>(
  call: () => Promise<T>,
  interrupted: AbortSignal,
  { pauseMs, longestSilenceMs }: Patience,
): Promise<T> {
  for (const start = performance.now(); ;) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || interrupted.aborted || performance.now() - start > longestSilenceMs) throw error;
    }
    await pauseFor(pauseMs, interrupted);
  }
}

/** Resolves at once, without an error, when interrupted. */
async function pauseFor(ms: number, interrupted: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal: interrupted }).catch((error: unknown) => {
    if (!interrupted.aborted) throw error;
  });
}

/** The progress as text; `elapsedMs` since the start. */
export function progressOf({ announced, total, next }: AnnounceState, elapsedMs: number): Progress {
  const ended = next === 'nothing';
  const share = ended ? 1 : total === undefined ? 0 : announced / Math.max(total, announced, 1);
  const counted = total === undefined ? `${announced} items` : `${announced}/${Math.max(total, announced)} items`;
  const waits = next === 'room' ? ' · waits until cms-service has sent some' : '';
  return {
    text: `${barOf(share)} ${counted} · ${Math.floor(elapsedMs / 1000)} s${waits}`,
    moved: `${next} ${announced}`,
    ended,
  };
}
