import { type Readable, Transform } from 'node:stream';
import { unavailable } from '@mediamesh/contracts';

/** How long the store may send nothing while the reader waits, in milliseconds. */
const stalled = 5_000;

/**
 * The body of an answer. The stream fails when the store stalls or sends fewer than `expected` bytes. Only time spent
 * waiting for the store counts, so the reader may be slow. Destroying the stream frees the connection.
 */
export function readWhole(body: Readable, expected: number, patience = stalled): Readable {
  let received = 0;
  let heardAt = performance.now();
  const fail = (cause: unknown): void => void stream.destroy(unavailable('request.unavailable', { cause }));
  const timer = setInterval(() => {
    if (body.isPaused()) heardAt = performance.now();
    else if (performance.now() - heardAt > patience)
      fail(new Error(`The object store sent nothing for ${patience} ms`));
  }, patience / 5).unref();
  const stream = new Transform({
    highWaterMark: 256 * 1024,
    transform: (chunk: Buffer, _encoding, done) => {
      heardAt = performance.now();
      received += chunk.length;
      done(null, chunk);
    },
    flush: (done) => {
      clearInterval(timer);
      done(
        received === expected
          ? null
          : unavailable('request.unavailable', {
              cause: new Error(`The object store sent ${received} of ${expected} bytes`),
            }),
      );
    },
  });
  body.on('error', fail).once('close', () => {
    if (!body.readableEnded) fail(new Error('The object store broke off'));
  });
  stream.once('close', () => {
    clearInterval(timer);
    body.destroy();
  });
  return body.pipe(stream);
}
