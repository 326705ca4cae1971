import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { FeedError } from './feed-error.js';

/** `deflate` is decoded but not offered, because servers disagree on its format. */
export const ACCEPTED_ENCODINGS = 'gzip, br';

/** More content codings than this on one body are an attack. */
const MAX_CODINGS = 2;

/**
 * Reads a body to its end and decodes its content codings. `maxBytes` limits the bytes on the wire and after decoding,
 * and is enforced while reading, so a compression bomb costs no more memory than the limit.
 * @throws FeedError `feed.too_large`, `feed.undecodable` (unknown or broken coding), `feed.cut_short` (the connection
 * or the compressed data ended early)
 */
export async function readBody(body: Readable, contentEncoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const codings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > MAX_CODINGS) throw new FeedError('feed.undecodable', 'The answer is compressed too many times');

  const chunks: Buffer[] = [];
  let size = 0;
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  };
  const decoding = codings.reverse().map(createDecoder);
  try {
    await pipeline([body, limitBytes(maxBytes), ...decoding, collect]);
  } catch (error) {
    throw error instanceof FeedError ? error : explainBrokenBody(error);
  }
  return Buffer.concat(chunks, size);
}

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  br: createBrotliDecompress,
  deflate: createInflate,
};

function createDecoder(coding: string): Transform {
  if (!Object.hasOwn(decoders, coding))
    throw new FeedError('feed.undecodable', 'The answer is compressed in an unknown way');
  return decoders[coding]!();
}

function limitBytes(maxBytes: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
}

function tooLarge(maxBytes: number): FeedError {
  return new FeedError('feed.too_large', `The answer is larger than ${maxBytes} bytes`);
}

/** zlib reports Z_BUF_ERROR when its input ends early. Its other codes mean data that is not in the named coding. */
function explainBrokenBody(error: unknown): FeedError {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const isBroken = /^(?:Z_|ERR_+BROTLI|ERR__ERROR_FORMAT|ERR_PADDING)/.test(code) && code !== 'Z_BUF_ERROR';
  return isBroken
    ? new FeedError('feed.undecodable', 'The answer is not compressed as it says', { cause: error })
    : new FeedError('feed.cut_short', 'The answer ended before it was whole', { cause: error });
}
