import { finished, type Readable } from 'node:stream';
import { malformed, maximumFeedBytes, Refusal, tooLarge } from '@mediamesh/contracts';

/** Upload timeout in milliseconds. */
const slowest = 60_000;
/** How long the rest of a refused body is discarded, in milliseconds, so that the client receives the response. */
const patience = 5_000;

/**
 * Reads a feed from a request body; undefined when the body is empty.
 * @throws Refusal 413 above 10 MB, 408 after 60 s, 400 when the body breaks off
 */
export async function readSentFeed(stream: Readable): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const late = setTimeout(() => stream.destroy(new Refusal('timeout', 'request.timeout')), slowest);
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maximumFeedBytes) throw tooLarge('request.too_large');
      chunks.push(chunk);
    }
  } catch (error) {
    throw error instanceof Refusal ? error : malformed('request.malformed', { cause: error });
  } finally {
    clearTimeout(late);
    discardRest(stream);
  }
  return size === 0 ? undefined : Buffer.concat(chunks);
}

function discardRest(stream: Readable): void {
  if (stream.readableEnded || stream.destroyed) return;
  const timer = setTimeout(() => stream.destroy(), patience);
  finished(stream, () => clearTimeout(timer));
  stream.resume();
}
