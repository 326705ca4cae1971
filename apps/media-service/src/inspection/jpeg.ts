import type { Bytes } from './bytes.js';
import { isTurned } from './exif.js';
import { checkDimensions, type Picture } from './picture.js';
import { damaged } from './unfit-content.js';

const application1 = 0xe1;
const startOfScan = 0xda;
const endOfImage = 0xd9;
const scanWindow = 64 * 1024;

const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7;
/** SOF0 to SOF15, without DHT, JPG and DAC in between. */
const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Walks a JPEG (ITU-T T.81, annex B) to EOI: a frame header and at least one scan. Applies the Exif rotation. */
export async function readJpeg(bytes: Bytes): Promise<Picture> {
  let offset = 2;
  let picture: Picture | undefined;
  let hasScan = false;
  let turned = false;
  for (;;) {
    const { marker, after } = await readMarker(bytes, offset);
    if (marker === endOfImage) {
      if (!picture || !hasScan) throw damaged('the JPEG has no picture');
      return turned ? { width: picture.height, height: picture.width } : picture;
    }
    if (isRestart(marker) || marker === 0x01) {
      offset = after;
      continue;
    }
    const head = await bytes.read(after, 7);
    const length = head.length < 2 ? 0 : head.readUInt16BE(0);
    if (length < 2 || after + length > bytes.size) throw damaged(`the JPEG ends within segment ${marker.toString(16)}`);
    if (marker === application1) turned ||= isTurned(await bytes.read(after + 2, length - 2));
    if (isFrameHeader(marker)) {
      if (picture || length < 8) throw damaged('the JPEG has a wrong frame header');
      picture = checkDimensions(head.readUInt16BE(5), head.readUInt16BE(3));
    }
    offset = after + length;
    if (marker === startOfScan) {
      hasScan = true;
      offset = await skipScan(bytes, offset);
    }
  }
}

async function readMarker(bytes: Bytes, offset: number): Promise<{ marker: number; after: number }> {
  for (let at = offset; ; at++) {
    const [first, second] = await bytes.read(at, 2);
    if (first === undefined || second === undefined) throw damaged('the JPEG ends before EOI');
    if (first !== 0xff || second === 0) throw damaged('the JPEG has bytes between its segments');
    if (second !== 0xff) return { marker: second, after: at + 2 };
  }
}

/** The offset of the marker that ends a scan, in which every FF is followed by 00 or is a restart marker. */
async function skipScan(bytes: Bytes, start: number): Promise<number> {
  let offset = start;
  while (offset < bytes.size - 1) {
    const window = await bytes.read(offset, scanWindow);
    for (let at = window.indexOf(0xff); at !== -1 && at < window.length - 1; at = window.indexOf(0xff, at + 1)) {
      const next = window[at + 1] ?? 0;
      if (next !== 0 && next !== 0xff && !isRestart(next)) return offset + at;
    }
    // the last byte is read again with its successor
    offset += Math.max(window.length - 1, 1);
  }
  throw damaged('the JPEG ends within its data');
}
