import type { Hash } from 'node:crypto';
import { finished, type Readable } from 'node:stream';
import { malformed, Refusal, tooLarge } from '@mediamesh/contracts';

export interface IncomingLimits {
  readonly maximumBytes: number;
  /** Updated with every byte. */
  readonly hash: Hash;
  readonly pace: Pace;
}

/** The minimum speed of an upload: `minimumBytes` in every window. */
export interface Pace {
  readonly windowMs: number;
  readonly minimumBytes: number;
}

/** Reads a request body: 413 for too many bytes, 408 when too slow, 400 when cut. Keeps it open for the answer. */
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
 * Resolves when data is available or at the end. `onWait` gets a function that ends the wait with an error. The
 * stream's own iterator is no alternative: on exit it either destroys the stream, so that no refusal can be sent, or
 * keeps its listeners, so that the rest cannot be read.
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

/** How long a refused body is drained, in milliseconds: a client that is still sending may not read the answer. */
const patience = 5_000;

export function discardRest(source: Readable): void {
  if (source.readableEnded || source.destroyed) return;
  const timer = setTimeout(() => source.destroy(), patience).unref();
  finished(source, () => clearTimeout(timer));
  source.resume();
}
