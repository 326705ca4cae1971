import { crc32 } from 'node:zlib';
import { type Bytes, createBytes } from './bytes.js';

/** Small files of every accepted type, for tests. */

export const bytesOf = (file: Buffer): Bytes =>
  createBytes(file.length, (start, end) => Promise.resolve(file.subarray(start, end + 1)));

const pngChunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
};

/** A valid PNG but for its image data, which does not depend on `width` and `height`. */
export function makePng({
  width = 1,
  height = 1,
  extra = [],
}: { width?: number; height?: number; extra?: readonly [string, Buffer][] } = {}): Buffer {
  const header = Buffer.concat([uint32(width), uint32(height), Buffer.from([8, 2, 0, 0, 0])]);
  const data = Buffer.from('789c63f8cfc0000003010100c9fe92ef', 'hex');
  const chunks = [
    pngChunk('IHDR', header),
    ...extra.map(([type, content]) => pngChunk(type, content)),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

export interface JpegOptions {
  readonly width?: number;
  readonly height?: number;
  readonly comment?: string;
  readonly progressive?: boolean;
  /** The content of an APP1 segment. */
  readonly exif?: Buffer;
}

/** A JPEG with a frame header and a scan that contains a stuffed FF and a restart marker. */
export function makeJpeg({
  width = 1,
  height = 1,
  comment = '',
  progressive = false,
  exif = Buffer.alloc(0),
}: JpegOptions = {}): Buffer {
  const segment = (marker: number, data: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0xff, marker]), uint16(data.length + 2), data]);
  const app0 = segment(0xe0, Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1'));
  const frame = segment(
    progressive ? 0xc2 : 0xc0,
    Buffer.concat([Buffer.from([8]), uint16(height), uint16(width), Buffer.from([1, 1, 0x11, 0])]),
  );
  const scan = Buffer.concat([
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]),
  ]);
  const comments = comment === '' ? [] : [segment(0xfe, Buffer.from(comment))];
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    app0,
    ...(exif.length > 0 ? [segment(0xe1, exif)] : []),
    ...comments,
    frame,
    scan,
    ...(progressive ? [scan] : []),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** An Exif segment with an orientation, in either byte order. */
export function makeExif(orientation: number, order: 'II' | 'MM' = 'MM'): Buffer {
  const [short, long] = order === 'II' ? [uint16le, uint32le] : [uint16, uint32];
  const entries = [
    [0x010f, 2, 4, long(0)],
    [0x0112, 3, 1, Buffer.concat([short(orientation), short(0)])],
  ] as const;
  const directory = entries.map(([tag, type, count, value]) =>
    Buffer.concat([short(tag), short(type), long(count), value]),
  );
  return Buffer.concat([
    Buffer.from(`Exif\0\0${order}`, 'latin1'),
    short(42),
    long(8),
    short(entries.length),
    ...directory,
    long(0),
  ]);
}

/** A simple lossy WebP, or an extended one that is flagged as an animation. */
export function makeWebp({
  width = 1,
  height = 1,
  animated = false,
}: { width?: number; height?: number; animated?: boolean } = {}): Buffer {
  const chunk = (type: string, data: Buffer): Buffer =>
    Buffer.concat([Buffer.from(type, 'latin1'), uint32le(data.length), data, Buffer.alloc(data.length % 2)]);
  const canvas = Buffer.alloc(10);
  canvas[0] = 0x02;
  const picture = chunk(
    'VP8 ',
    Buffer.concat([Buffer.from('3001009d012a', 'hex'), uint16le(width), uint16le(height), Buffer.alloc(8)]),
  );
  const chunks = [Buffer.from('WEBP', 'latin1'), ...(animated ? [chunk('VP8X', canvas)] : []), picture];
  const length = chunks.reduce((sum, { length: one }) => sum + one, 0);
  return Buffer.concat([Buffer.from('RIFF', 'latin1'), uint32le(length), ...chunks]);
}

/** Frames of MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes and 1152 samples each. */
export function makeMp3({
  frames = 40,
  tagBytes = 0,
  xingFrames,
}: { frames?: number; tagBytes?: number; xingFrames?: number } = {}): Buffer {
  const frame = Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0x00]), Buffer.alloc(413)]);
  const tag =
    tagBytes === 0
      ? []
      : [
          Buffer.from('ID3\x03\0\0', 'latin1'),
          Buffer.from([21, 14, 7, 0].map((shift) => (tagBytes >> shift) & 0x7f)),
          Buffer.alloc(tagBytes),
        ];
  const all = Array.from({ length: frames }, () => Buffer.from(frame));
  if (xingFrames !== undefined)
    Buffer.concat([Buffer.from('Xing'), uint32(1), uint32(xingFrames)]).copy(all[0] ?? frame, 36);
  return Buffer.concat([...tag, ...all]);
}

export interface Mp4Options {
  readonly brand?: string;
  readonly seconds?: number;
  readonly handlers?: readonly string[];
  readonly version?: 0 | 1;
}

/** An MP4 with `moov` and a little media data; the brand `M4A ` makes it an audio file. */
export function makeMp4({
  brand = 'isom',
  seconds = 63,
  handlers = ['vide', 'soun'],
  version = 0,
}: Mp4Options = {}): Buffer {
  const box = (type: string, ...parts: Buffer[]): Buffer => {
    const data = Buffer.concat(parts);
    return Buffer.concat([uint32(data.length + 8), Buffer.from(type, 'latin1'), data]);
  };
  const times =
    version === 0
      ? [uint32(0), uint32(0), uint32(1000), uint32(seconds * 1000)]
      : [Buffer.alloc(16), uint32(1000), uint32(0), uint32(seconds * 1000)];
  const mvhd = box('mvhd', Buffer.from([version, 0, 0, 0]), ...times, Buffer.alloc(80));
  const tracks = handlers.map((handler) =>
    box('trak', box('mdia', box('hdlr', Buffer.alloc(8), Buffer.from(handler, 'latin1'), Buffer.alloc(13)))),
  );
  return Buffer.concat([
    box('ftyp', Buffer.from(brand, 'latin1'), uint32(512), Buffer.from('isommp42', 'latin1')),
    box('moov', mvhd, ...tracks),
    box('mdat', Buffer.alloc(64, 7)),
  ]);
}

export const emptyZip = Buffer.concat([Buffer.from('PK\x05\x06', 'latin1'), Buffer.alloc(18)]);

const uint16 = (value: number): Buffer => Buffer.from([value >>> 8, value & 0xff]);
const uint16le = (value: number): Buffer => uint16(value).reverse();
function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value >>> 0);
  return buffer;
}
const uint32le = (value: number): Buffer => uint32(value).reverse();
