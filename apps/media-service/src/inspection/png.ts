import { crc32 } from 'node:zlib';
import type { Bytes } from './bytes.js';
import { checkDimensions, type Picture } from './picture.js';
import { damaged, UnfitContent } from './unfit-content.js';

/** More than any real picture has; each chunk costs a read. */
const maximumChunks = 100_000;

/**
 * Walks the chunks of a PNG (ISO/IEC 15948): IHDR with its checksum, IDAT, IEND. Animations (APNG) are refused: the
 * cost of showing one depends on its number of frames, not on its size.
 */
export async function readPng(bytes: Bytes): Promise<Picture> {
  let offset = 8;
  let picture: Picture | undefined;
  let hasData = false;
  for (let count = 0; count < maximumChunks; count++) {
    const header = await bytes.read(offset, 8);
    if (header.length < 8) throw damaged('the PNG ends before IEND');
    const length = header.readUInt32BE(0);
    const type = header.toString('latin1', 4);
    const next = offset + 12 + length;
    if (next > bytes.size) throw damaged(`the PNG ends within ${JSON.stringify(type)}`);
    if (!picture) picture = await readHeader(bytes, offset, type, length);
    if (type === 'acTL') throw new UnfitContent('asset.type_mismatch', 'the PNG is an animation');
    if (type === 'IDAT') hasData = true;
    if (type === 'IEND') {
      if (!hasData) throw damaged('the PNG has no image data');
      return picture;
    }
    offset = next;
  }
  throw damaged('the PNG has too many chunks');
}

async function readHeader(bytes: Bytes, offset: number, type: string, length: number): Promise<Picture> {
  if (type !== 'IHDR' || length !== 13) throw damaged('the PNG does not begin with IHDR');
  const chunk = await bytes.read(offset + 4, 21);
  if (crc32(chunk.subarray(0, 17)) !== chunk.readUInt32BE(17)) throw damaged('the checksum of IHDR is wrong');
  return checkDimensions(chunk.readUInt32BE(4), chunk.readUInt32BE(8));
}
