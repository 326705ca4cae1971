import type { Bytes } from './bytes.js';
import { checkDimensions, type Picture } from './picture.js';
import { damaged, UnfitContent } from './unfit-content.js';

const maximumChunks = 10_000;
const animation = 0x02;

/** Reads a WebP (RFC 9649): container size, canvas, and the size of its one still image. Animations are refused. */
export async function readWebp(bytes: Bytes): Promise<Picture> {
  const end = (await bytes.read(4, 4)).readUInt32LE(0) + 8;
  if (end > bytes.size) throw damaged('the WebP is shorter than it says');
  let offset = 12;
  let canvas: Picture | undefined;
  for (let count = 0; count < maximumChunks && offset < end; count++) {
    const header = await bytes.read(offset, 18);
    if (header.length < 8) break;
    const type = header.toString('latin1', 0, 4);
    const length = header.readUInt32LE(4);
    if (offset + 8 + length > end) throw damaged(`the WebP ends within ${JSON.stringify(type)}`);
    if (type === 'ANIM' || type === 'ANMF') throw new UnfitContent('asset.type_mismatch', 'the WebP is an animation');
    if (header.length < 18 && ['VP8X', 'VP8 ', 'VP8L'].includes(type)) break;
    if (type === 'VP8X') canvas = readCanvas(header);
    if (type === 'VP8 ' || type === 'VP8L') {
      const picture = type === 'VP8 ' ? readLossy(header) : readLossless(header);
      return canvas ?? picture;
    }
    offset += 8 + length + (length % 2);
  }
  throw damaged('the WebP holds no picture');
}

function readCanvas(header: Buffer): Picture {
  if (((header[8] ?? 0) & animation) !== 0) throw new UnfitContent('asset.type_mismatch', 'the WebP is an animation');
  return checkDimensions(header.readUIntLE(12, 3) + 1, header.readUIntLE(15, 3) + 1);
}

/** A VP8 key frame (RFC 6386, section 9.1): a tag of three bytes, a start code, 14 bits each of width and height. */
function readLossy(header: Buffer): Picture {
  if (((header[8] ?? 1) & 1) !== 0 || header.toString('hex', 11, 14) !== '9d012a')
    throw damaged('the WebP holds no key frame');
  return checkDimensions(header.readUInt16LE(14) & 0x3fff, header.readUInt16LE(16) & 0x3fff);
}

/** A lossless bitstream: a signature byte, then 14 bits each of width - 1 and height - 1. */
function readLossless(header: Buffer): Picture {
  if (header[8] !== 0x2f) throw damaged('the WebP holds no lossless picture');
  const bits = header.readUInt32LE(9);
  return checkDimensions((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
}
