import type { Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
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
 * A request's bytes as they come. Refuses with 413 what is too much, with 408 what drips, with 400 what breaks off. The request itself is
 * left open, so that the refusal can still be answered.
 */
export async function* takeBytes(source: Readable, { maximumBytes, hash, pace }: IncomingLimits): AsyncGenerator<Buffer> {
  const chunks = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  let received = 0;
  let atLastLook = 0;
  let giveUp: (refusal: Refusal) => void = () => undefined;
  const timer = setInterval(() => {
    if (received - atLastLook < pace.minimumBytes) giveUp(new Refusal('timeout', 'request.timeout'));
    atLastLook = received;
  }, pace.windowMs);
  try {
    for (;;) {
      // A promise of its own for each chunk: racing one long-lived promise would keep every chunk in memory.
      const next = await new Promise<IteratorResult<Buffer, undefined>>((resolve, reject) => {
        giveUp = reject;
        chunks.next().then(resolve, (cause: unknown) => reject(malformed('request.malformed', { cause })));
      });
      if (next.done) return;
      received += next.value.length;
      if (received > maximumBytes) throw tooLarge('request.too_large');
      hash.update(next.value);
      yield next.value;
    }
  } finally {
    clearInterval(timer);
  }
}

/** After a refusal the rest of a body is read and forgotten for this long, in milliseconds: a client still sending would not hear the answer otherwise. */
const patience = 5_000;

/** Lets a refused client finish its sentence, but not talk for ever. */
export function discardRest(source: Readable): void {
  if (source.readableEnded || source.destroyed) return;
  const timer = setTimeout(() => source.destroy(), patience);
  source.once('close', () => clearTimeout(timer));
  source.resume();
}
