import { setTimeout as pause } from 'node:timers/promises';
import { cmsServiceApi, metadataServiceApi, outboxApi, type OutboxState } from '@mediamesh/contracts';
import { isPassing } from './api-client.js';
import { Failure } from './failure.js';
import { barOf, type Progress, ProgressLine } from './progress-line.js';
import type { ServiceClients } from './service-clients.js';
import type { Terminal } from './terminal.js';

/** Documents and tombstones in one call. */
const pageLimit = 200;
/**
 * Events that may wait to be sent while another page is announced; so the outbox holds little more than these and a
 * page.
 */
const mostUnsent = 500;

/**
 * How long the command is patient, in milliseconds: between two looks, and with a service that does not answer or an
 * outbox that sends nothing.
 */
export interface Patience {
  readonly pauseMs: number;
  readonly longestSilenceMs: number;
}

/** How far the announcing is. */
export interface AnnounceState {
  readonly announced: number;
  /** How many there are, where that is known. */
  readonly total: number | undefined;
  /** The last one announced, to go on after. */
  readonly after: string | undefined;
  readonly next: 'page' | 'room' | 'nothing';
}

type Ask = <T>(call: () => Promise<T>) => Promise<T>;

/**
 * Has everything public, every tombstone and the categories announced again, beginning after an id where one is given,
 * and shows how far it is. The exit code is 1 when it did not come to the end; it then says how to go on.
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

/** Goes through everything, page by page; ends early when interrupted. */
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

/** Waits while cms-service has too much to send. Throws a {@link Failure} when it sends nothing for too long. */
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
    // others append meanwhile: more may wait although some were sent
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

/** Asks again while the service is away for a moment: the same page announced twice does no harm. */
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

/** Ends at once, without an error, when interrupted. */
async function pauseFor(ms: number, interrupted: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal: interrupted }).catch((error: unknown) => {
    if (!interrupted.aborted) throw error;
  });
}

/** How far it is; `elapsedMs` since it was looked at first. */
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
