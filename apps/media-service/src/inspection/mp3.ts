import type { Bytes } from './bytes.js';
import { damaged, UnfitContent } from './unfit-content.js';

interface Frame {
  /** In bytes. */
  readonly length: number;
  readonly samples: number;
  readonly sampleRate: number;
  /** The bits that all frames of a stream share: version, layer, sample rate. */
  readonly stream: number;
  /** The offset of an encoder's header in the first frame. */
  readonly sideInfoEnd: number;
}

const bitRates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const bitRates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const sampleRates = [44_100, 48_000, 32_000];
/** How far after a tag the first frame is searched, because tags often state a wrong size. */
const searchBytes = 64 * 1024;
/** So many consecutive frames are no coincidence. */
const enoughFrames = 4;
/** About four minutes. Beyond it the duration is extrapolated, so that long recordings are not read in full. */
const countedFrames = 10_000;

/** The duration of an MP3 in seconds, from an encoder's header (Xing, Info, VBRI), else by counting frames. */
export async function readMp3(bytes: Bytes): Promise<number> {
  const start = await skipTags(bytes);
  if (start >= bytes.size) throw damaged('the MP3 ends within its tag');
  const first = await findFirstFrame(bytes, start);
  if (first === undefined) throw new UnfitContent('asset.type_mismatch', 'there are no frames of layer III');
  return (await readEncoderHeader(bytes, first)) ?? countDuration(bytes, first);
}

/** The offset after all ID3v2 tags. A tag has a header of ten bytes, with a size of four times seven bits. */
async function skipTags(bytes: Bytes): Promise<number> {
  let offset = 0;
  for (let tags = 0; tags < 10; tags++) {
    const head = await bytes.read(offset, 10);
    if (head.length < 10 || head.toString('latin1', 0, 3) !== 'ID3') return offset;
    const size = head.subarray(6, 10).reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
    const footer = ((head[5] ?? 0) & 0x10) === 0 ? 0 : 10;
    offset += 10 + size + footer;
  }
  return offset;
}

async function findFirstFrame(bytes: Bytes, start: number): Promise<number | undefined> {
  const window = await bytes.read(start, searchBytes);
  for (let at = window.indexOf(0xff); at !== -1; at = window.indexOf(0xff, at + 1)) {
    if (parseFrame(window, at) && (await isStream(bytes, start + at))) return start + at;
  }
  return undefined;
}

/** Whether consecutive frames of one stream begin here; fewer are enough at the end of the file. */
async function isStream(bytes: Bytes, start: number): Promise<boolean> {
  let offset = start;
  let stream: number | undefined;
  for (let count = 0; count < enoughFrames; count++) {
    const head = await bytes.read(offset, 4);
    const atEnd = head.length < 4 || head.toString('latin1', 0, 3) === 'TAG';
    if (atEnd) return count > 0;
    const frame = parseFrame(head, 0);
    if (!frame || (stream !== undefined && frame.stream !== stream)) return false;
    stream = frame.stream;
    offset += frame.length;
  }
  return true;
}

async function countDuration(bytes: Bytes, start: number): Promise<number> {
  let offset = start;
  let seconds = 0;
  for (let count = 0; count < countedFrames; count++) {
    const frame = parseFrame(await bytes.read(offset, 4), 0);
    if (!frame) return seconds;
    seconds += frame.samples / frame.sampleRate;
    offset += frame.length;
  }
  return (seconds * (bytes.size - start)) / (offset - start);
}

async function readEncoderHeader(bytes: Bytes, start: number): Promise<number | undefined> {
  const head = await bytes.read(start, 64);
  const frame = parseFrame(head, 0);
  if (!frame || head.length < 64) return undefined;
  const at = frame.sideInfoEnd;
  const name = head.toString('latin1', at, at + 4);
  const isXing = (name === 'Xing' || name === 'Info') && (head.readUInt32BE(at + 4) & 1) === 1;
  const isVbri = head.toString('latin1', 36, 40) === 'VBRI';
  const frames = isXing ? head.readUInt32BE(at + 8) : isVbri ? head.readUInt32BE(50) : 0;
  // a frame has at least 16 bytes, so a larger count is false
  return frames === 0 || frames > bytes.size / 16 ? undefined : (frames * frame.samples) / frame.sampleRate;
}

/** A frame header (ISO/IEC 11172-3, 13818-3, and version 2.5). `undefined` unless it is layer III with a bit rate. */
function parseFrame(buffer: Buffer, at: number): Frame | undefined {
  if (at + 4 > buffer.length) return undefined;
  const header = buffer.readUInt32BE(at);
  const version = (header >>> 19) & 3;
  const layer = (header >>> 17) & 3;
  const rate = sampleRates[(header >>> 10) & 3];
  const bitRate = (version === 3 ? bitRates1 : bitRates2)[(header >>> 12) & 15];
  if (header >>> 21 !== 0x7ff || version === 1 || layer !== 1 || rate === undefined || !bitRate) return undefined;
  const sampleRate = version === 3 ? rate : version === 2 ? rate / 2 : rate / 4;
  const samples = version === 3 ? 1152 : 576;
  const isMono = ((header >>> 6) & 3) === 3;
  return {
    length: Math.floor((samples * bitRate * 125) / sampleRate) + ((header >>> 9) & 1),
    samples,
    sampleRate,
    stream: header & 0xfffe0c00,
    sideInfoEnd: 4 + (version === 3 ? (isMono ? 17 : 32) : isMono ? 9 : 17),
  };
}
