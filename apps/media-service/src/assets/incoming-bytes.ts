import type { Hash } from 'node:crypto';
import { finished, type Readable } from 'node:stream';
import { malformed, Refusal, tooLarge } from '@mediamesh/contracts';

export interface IncomingLimits {
  /** The most bytes that may come. */
  readonly maximumBytes: number;
  /** Hears all bytes. */
  readonly hash: Hash;
  readonly pace: Pace;
}

/** The slowest upload that is accepted: so many bytes in every window. */
export interface Pace {
  readonly windowMs: number;
  readonly minimumBytes: number;
}

/**
 * The bytes of a request. Refuses too many with 413, too slow ones with 408, and an early end with 400. The request
 * stays open, so that the refusal can be answered.
 */
export async function* takeBytes(
  source: Readable,
  { maximumBytes, hash, pace }: IncomingLimits,
): AsyncGenerator<Buffer> {
  let giveUp: (refusal: Refusal) => void = () => undefined;
  let received = 0;
  let atLastLook = 0;
  const timer = setInterval(() => {
    if (received - atLastLook < pace.minimumBytes) giveUp(new Refusal('timeout', 'request.timeout'));
    atLastLook = received;
  }, pace.windowMs);
  try {
    for (;;) {
      const chunk = source.read() as Buffer | null;
      if (chunk === null) {
        if (source.readableEnded) return;
        await waitForMore(source, (end) => (giveUp = end));
        continue;
      }
      received += chunk.length;
      if (received > maximumBytes) throw tooLarge('request.too_large');
      hash.update(chunk);
      yield chunk;
    }
  } finally {
    clearInterval(timer);
  }
}

/**
 * Resolves when there is something to read, or at the end. `onWait` gets a function that ends the wait. The stream's
 * own iterator cannot be used: when it is left, it either destroys the stream, so that no refusal can be answered, or
 * keeps its listeners, so that nobody else can read the rest.
 */
async function waitForMore(source: Readable, onWait: (giveUp: (refusal: Refusal) => void) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const resume = (): void => resolve();
  const breakOff = (cause?: unknown): void => reject(malformed('request.malformed', { cause }));
  if (source.destroyed) breakOff(source.errored);
  source.on('readable', resume).on('end', resume).on('error', breakOff).on('close', breakOff);
  onWait(reject);
  try {
    await promise;
  } finally {
    source.off('readable', resume).off('end', resume).off('error', breakOff).off('close', breakOff);
  }
}

/**
 * Milliseconds for which the rest of a refused body is read and dropped: a client that is still sending would not get
 * the answer otherwise.
 */
const patience = 5_000;

/** Reads and drops the rest of a refused body, for a limited time. */
export function discardRest(source: Readable): void {
  if (source.readableEnded || source.destroyed) return;
  const timer = setTimeout(() => source.destroy(), patience).unref();
  finished(source, () => clearTimeout(timer));
  source.resume();
}
