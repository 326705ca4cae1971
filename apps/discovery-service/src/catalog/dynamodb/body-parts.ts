import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import type { PublicDocument } from '@mediamesh/contracts';

/** In bytes. Smaller documents are not compressed: it would not make them cheaper to read. */
const plainBytes = 4_000;
/** In bytes: DynamoDB limits an item to 400 kB, keys included. */
const partBytes = 380_000;

const compress = promisify(gzip);

/** The document as one text, or compressed and split into parts that fit into an item. */
export async function packDocument(document: PublicDocument): Promise<(string | Uint8Array)[]> {
  const text = JSON.stringify(document);
  if (Buffer.byteLength(text) <= plainBytes) return [text];
  const packed = await compress(text);
  return Array.from({ length: Math.ceil(packed.length / partBytes) }, (_, part) =>
    packed.subarray(part * partBytes, (part + 1) * partBytes),
  );
}

export function unpackDocument(parts: readonly (string | Uint8Array)[]): PublicDocument {
  const [first] = parts;
  if (typeof first === 'string') return JSON.parse(first) as PublicDocument;
  return JSON.parse(
    gunzipSync(Buffer.concat(parts.filter((part) => typeof part !== 'string'))).toString(),
  ) as PublicDocument;
}
