import { describe, expect, it } from '@jest/globals';
import { decodeFeed } from './charset.js';

const ARABIC = 'قهوة الصباح';

/** Encodes Arabic the way old tools do, by looking up what each byte decodes to. */
function encode(text: string, encoding: string): Buffer {
  const table = new Map<string, number>();
  for (let byte = 0; byte < 256; byte += 1) table.set(new TextDecoder(encoding).decode(Uint8Array.of(byte)), byte);
  return Buffer.from(Array.from(text, (letter) => table.get(letter) ?? 0x3f));
}

function utf32(text: string, littleEndian: boolean): Buffer {
  const bytes = Buffer.alloc([...text].length * 4);
  [...text].forEach((letter, index) =>
    littleEndian
      ? bytes.writeUInt32LE(letter.codePointAt(0)!, index * 4)
      : bytes.writeUInt32BE(letter.codePointAt(0)!, index * 4),
  );
  return bytes;
}

const declare = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><rss>${ARABIC}</rss>`;
const undeclared = `<rss>${ARABIC}</rss>`;
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('the encoding of a feed', () => {
  it.each<[string, Buffer, string | undefined, string]>([
    ['UTF-8 by default', Buffer.from(undeclared), undefined, 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${undeclared}`), 'windows-1256', 'utf-8'],
    ['UTF-8 as declared', Buffer.from(declare('UTF-8')), undefined, 'utf-8'],
    ['windows-1256 as declared', encode(declare('windows-1256'), 'windows-1256'), undefined, 'windows-1256'],
    ['windows-1256 by its old name', encode(declare('cp1256'), 'windows-1256'), undefined, 'windows-1256'],
    ['windows-1256 by the answer', encode(undeclared, 'windows-1256'), 'windows-1256', 'windows-1256'],
    [
      'windows-1256 by the answer against the document',
      encode(declare('iso-8859-6'), 'windows-1256'),
      'Windows-1256',
      'windows-1256',
    ],
    ['ISO-8859-6 as declared', encode(declare('ISO-8859-6'), 'iso-8859-6'), undefined, 'iso-8859-6'],
    ['UTF-16 with a mark, little-endian', Buffer.from(`\ufeff${declare('UTF-16')}`, 'utf16le'), undefined, 'utf-16le'],
    ['UTF-16 with a mark, big-endian', utf16be(`\ufeff${declare('UTF-16')}`), 'utf-8', 'utf-16be'],
    ['UTF-16 without a mark, little-endian', Buffer.from(declare('UTF-16'), 'utf16le'), undefined, 'utf-16le'],
    ['UTF-16 without a mark, big-endian', utf16be(undeclared), undefined, 'utf-16be'],
    ['UTF-32 with a mark, little-endian', utf32(`\ufeff${declare('UTF-32')}`, true), undefined, 'utf-32le'],
    ['UTF-32 without a mark, big-endian', utf32(declare('UTF-32'), false), undefined, 'utf-32be'],
  ])('is %s', (_name, body, httpCharset, encoding) => {
    const decoded = decodeFeed(body, httpCharset);
    expect(decoded.text).toContain(ARABIC);
    expect(decoded).toMatchObject({ encoding });
    expect(decoded.ignoredCharset).toBeUndefined();
  });

  it.each<[string, Buffer, string, string, string]>([
    ['a one-byte charset of the answer, for UTF-8', Buffer.from(undeclared), 'iso-8859-1', 'iso-8859-1', 'utf-8'],
    [
      'a one-byte charset of the document, for UTF-8',
      Buffer.from(declare('windows-1256')),
      '',
      'windows-1256',
      'utf-8',
    ],
    [
      'a charset of the answer that the bytes contradict',
      encode(declare('windows-1256'), 'windows-1256'),
      'utf-8',
      'utf-8',
      'windows-1256',
    ],
    ['an unknown charset', Buffer.from(undeclared), 'utf8mb4', 'utf8mb4', 'utf-8'],
    ['UTF-16 in a declaration that one reads byte by byte', Buffer.from(declare('utf-16')), '', 'utf-16', 'utf-8'],
  ])('does not believe %s', (_name, body, httpCharset, ignoredCharset, encoding) => {
    const decoded = decodeFeed(body, httpCharset || undefined);
    expect(decoded).toMatchObject({ ignoredCharset, encoding });
    expect(decoded.text).toContain(ARABIC);
  });

  it.each<[string, Buffer, string | undefined]>([
    ['windows-1256 that nobody declares', encode(undeclared, 'windows-1256'), undefined],
    ['windows-1256 declared as UTF-8', encode(declare('utf-8'), 'windows-1256'), 'utf-8'],
    ['broken bytes after a mark', Buffer.from([0xef, 0xbb, 0xbf, 0x3c, 0xc7, 0x20]), undefined],
    ['half a unit of UTF-32', utf32('<rss>', true).subarray(0, 18), undefined],
    ['a unit of UTF-32 that is no character', Buffer.from([0x3c, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]), undefined],
  ])('fails cleanly for %s', (_name, body, httpCharset) => {
    expect(() => decodeFeed(body, httpCharset)).toThrow(expect.objectContaining({ code: 'feed.undecodable' }));
  });
});
