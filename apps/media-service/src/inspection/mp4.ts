import type { Bytes } from './bytes.js';
import { damaged } from './unfit-content.js';

export interface Mp4 {
  readonly hasVideo: boolean;
  readonly hasAudio: boolean;
  /** The major brand, such as `M4A`. */
  readonly brand: string;
  /** In seconds; `undefined` when the file does not state it. */
  readonly duration: number | undefined;
}

interface Box {
  readonly type: string;
  /** The bounds of its content. */
  readonly start: number;
  readonly end: number;
}

const maximumBoxes = 50_000;
/** In seconds, more than a hundred days; a longer duration is an error in the file. */
const longest = 10_000_000;

/** Walks the boxes of an MP4 or M4A (ISO/IEC 14496-12): all must fit, with tracks in `moov` and data in `mdat`. */
export async function readMp4(bytes: Bytes): Promise<Mp4> {
  const count = { boxes: 0 };
  const top = await listBoxes(bytes, 0, bytes.size, count);
  const [first] = top;
  const moov = top.find(({ type }) => type === 'moov');
  if (first?.type !== 'ftyp') throw damaged('the MP4 does not begin with ftyp');
  if (!moov || !top.some(({ type }) => type === 'mdat')) throw damaged('the MP4 lacks moov or mdat');
  const parts = await listBoxes(bytes, moov.start, moov.end, count);
  const handlers = await readHandlers(bytes, parts, count);
  const brand = (await bytes.read(first.start, 4)).toString('latin1').trim();
  const mvhd = parts.find(({ type }) => type === 'mvhd');
  if (!mvhd || handlers.length === 0) throw damaged('the MP4 has no tracks');
  return {
    hasVideo: handlers.includes('vide'),
    hasAudio: handlers.includes('soun'),
    brand,
    duration: await readDuration(bytes, mvhd, parts, count),
  };
}

async function listBoxes(bytes: Bytes, start: number, end: number, count: { boxes: number }): Promise<Box[]> {
  const boxes: Box[] = [];
  let offset = start;
  // some real files end with up to seven stray bytes
  while (end - offset >= 8) {
    if (++count.boxes > maximumBoxes) throw damaged('the MP4 has too many boxes');
    const head = await bytes.read(offset, 16);
    const size = head.readUInt32BE(0);
    const isLarge = size === 1 && head.length === 16;
    const length = isLarge ? Number(head.readBigUInt64BE(8)) : size === 0 ? end - offset : size;
    const type = head.toString('latin1', 4, 8);
    if (length < (isLarge ? 16 : 8) || offset + length > end) throw damaged(`box ${JSON.stringify(type)} does not fit`);
    boxes.push({ type, start: offset + (isLarge ? 16 : 8), end: offset + length });
    offset += length;
  }
  return boxes;
}

/** The handler types of the tracks: `moov` › `trak` › `mdia` › `hdlr`. */
async function readHandlers(bytes: Bytes, parts: readonly Box[], count: { boxes: number }): Promise<string[]> {
  const handlers: string[] = [];
  for (const track of parts.filter(({ type }) => type === 'trak')) {
    for (const media of (await listBoxes(bytes, track.start, track.end, count)).filter(({ type }) => type === 'mdia')) {
      const handler = (await listBoxes(bytes, media.start, media.end, count)).find(({ type }) => type === 'hdlr');
      if (handler) handlers.push((await bytes.read(handler.start + 8, 4)).toString('latin1'));
    }
  }
  return handlers;
}

async function readDuration(
  bytes: Bytes,
  mvhd: Box,
  parts: readonly Box[],
  count: { boxes: number },
): Promise<number | undefined> {
  const head = await bytes.read(mvhd.start, 32);
  const isLong = head[0] === 1;
  if (mvhd.end - mvhd.start < (isLong ? 32 : 20)) throw damaged('mvhd is too short');
  const timescale = head.readUInt32BE(isLong ? 20 : 12);
  const ticks = isLong ? Number(head.readBigUInt64BE(24)) : unlessUnknown(head.readUInt32BE(16));
  const seconds = (ticks || (await readFragmentedDuration(bytes, parts, count))) / timescale;
  return timescale > 0 && seconds > 0 && seconds < longest ? seconds : undefined;
}

/** A fragmented file states its duration, if at all, in `mvex` › `mehd`. */
async function readFragmentedDuration(bytes: Bytes, parts: readonly Box[], count: { boxes: number }): Promise<number> {
  const mvex = parts.find(({ type }) => type === 'mvex');
  const mehd = mvex && (await listBoxes(bytes, mvex.start, mvex.end, count)).find(({ type }) => type === 'mehd');
  const head = mehd && (await bytes.read(mehd.start, Math.min(12, mehd.end - mehd.start)));
  if (!head || head.length < 8) return 0;
  return head[0] === 1 && head.length === 12 ? Number(head.readBigUInt64BE(4)) : unlessUnknown(head.readUInt32BE(4));
}

const unlessUnknown = (ticks: number): number => (ticks === 0xffffffff ? 0 : ticks);
