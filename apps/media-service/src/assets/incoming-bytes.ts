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

/** How slowly bytes may come: at least so many in every window. */
export interface Pace {
  readonly windowMs: number;
  readonly minimumBytes: number;
}

/**
 * A request's bytes as they come. Refuses with 413 what is too much, with 408 what drips, with 400 what breaks off. The
 * request itself is left open, so that the refusal can still be answered.
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
 * Resolves when there is something to read, or the end; `onWait` hears how to end the waiting. A stream's own iterator
 * will not do: it either destroys the stream when it is left, and the refusal with it, or goes on listening, so that
 * nobody else can read the rest.
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
 * After a refusal the rest of a body is read and forgotten for this long, in milliseconds: a client still sending would
 * not hear the answer otherwise.
 */
const patience = 5_000;

/** Lets a refused client finish its sentence, but not talk for ever. */
export function discardRest(source: Readable): void {
  if (source.readableEnded || source.destroyed) return;
  const timer = setTimeout(() => source.destroy(), patience).unref();
  finished(source, () => clearTimeout(timer));
  source.resume();
}
