import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import type { PublicDocument } from '@mediamesh/contracts';

/** Up to this many bytes a document is kept as it is: a smaller item would not be cheaper to read. */
const plainBytes = 4_000;
/** An item holds 400 kB with its keys. */
const partBytes = 380_000;

const compress = promisify(gzip);

/** A document as one text, or compressed in as many parts as items of 400 kB need. */
export async function packDocument(document: PublicDocument): Promise<(string | Uint8Array)[]> {
  const text = JSON.stringify(document);
  if (Buffer.byteLength(text) <= plainBytes) return [text];
  const packed = await compress(text);
  return Array.from({ length: Math.ceil(packed.length / partBytes) }, (_, part) =>
    packed.subarray(part * partBytes, (part + 1) * partBytes),
  );
}

/** The document again, from all its parts in their order. */
export function unpackDocument(parts: readonly (string | Uint8Array)[]): PublicDocument {
  const [first] = parts;
  if (typeof first === 'string') return JSON.parse(first) as PublicDocument;
  return JSON.parse(
    gunzipSync(Buffer.concat(parts.filter((part) => typeof part !== 'string'))).toString(),
  ) as PublicDocument;
}
