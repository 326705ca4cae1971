import { FeedError } from '../../fetching/feed-error.js';

export interface DecodedFeed {
  text: string;
  /** The encoding used, by its WHATWG name (or `utf-32le`, `utf-32be`). */
  encoding: string;
  /** The declared charset, when it is unknown or contradicts the bytes and was not used. */
  ignoredCharset?: string | undefined;
}

const BYTE_ORDER_MARKS: [string, number[]][] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** The first bytes of `<?` or `<x` in UTF-16 and UTF-32 without a byte order mark (XML 1.0, appendix F). */
const WIDE_STARTS: [string, number[]][] = [
  ['utf-32le', [0x3c, 0, 0, 0]],
  ['utf-32be', [0, 0, 0, 0x3c]],
  ['utf-16le', [0x3c, 0]],
  ['utf-16be', [0, 0x3c]],
];

const DECLARED_ENCODING =
  /^\s{0,100}<\?xml\s[^>]{0,200}?encoding\s{0,20}=\s{0,20}["']([A-Za-z][A-Za-z0-9._:-]{0,40})["']/;

/** Single-byte encodings decode anything, so only the bytes can disprove them. */
const SINGLE_BYTE = /^(?:windows-|iso-8859-|koi8-|macintosh|x-mac|ibm)/;

/**
 * Detects the encoding of a feed and decodes it. The order is byte order mark, UTF-16 or UTF-32 by the first bytes,
 * charset of the HTTP answer, XML declaration, UTF-8 (RFC 7303 §3). A declared encoding is ignored when it is unknown
 * or contradicts the bytes, or when it is single-byte and the text is valid UTF-8. Never returns mojibake.
 * @throws FeedError `feed.undecodable` when no named encoding fits
 */
export function decodeFeed(body: Uint8Array, httpCharset?: string): DecodedFeed {
  for (const [encoding, mark] of BYTE_ORDER_MARKS) {
    if (startsWith(body, mark)) return { text: requireText(body.subarray(mark.length), encoding), encoding };
  }
  for (const [encoding, start] of WIDE_STARTS) {
    if (startsWith(body, start)) return { text: requireText(body, encoding), encoding };
  }
  const declared = DECLARED_ENCODING.exec(new TextDecoder('windows-1252').decode(body.subarray(0, 1024)))?.[1];
  return decodeByLabels(
    body,
    [httpCharset, declared].filter((label) => label !== undefined),
  );
}

function decodeByLabels(body: Uint8Array, labels: string[]): DecodedFeed {
  let ignoredCharset: string | undefined;
  for (const label of labels) {
    const encoding = findEncoding(label);
    // A declaration that can be read byte by byte is not in UTF-16.
    const contradicts =
      encoding === undefined || encoding.startsWith('utf-16') || (SINGLE_BYTE.test(encoding) && isMultiByteUtf8(body));
    const text = contradicts ? undefined : decode(body, encoding);
    if (text !== undefined) return { text, encoding: encoding!, ignoredCharset };
    ignoredCharset ??= label;
  }
  return { text: requireText(body, 'utf-8'), encoding: 'utf-8', ignoredCharset };
}

function findEncoding(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch (error) {
    if (hasCode(error, 'ERR_ENCODING_NOT_SUPPORTED')) return undefined;
    throw error;
  }
}

function isMultiByteUtf8(body: Uint8Array): boolean {
  return body.some((byte) => byte >= 0x80) && decode(body, 'utf-8') !== undefined;
}

function requireText(body: Uint8Array, encoding: string): string {
  const text = decode(body, encoding);
  if (text === undefined)
    throw new FeedError('feed.undecodable', `The text is not valid in ${encoding}, and no other encoding is declared`);
  return text;
}

function decode(body: Uint8Array, encoding: string): string | undefined {
  if (encoding.startsWith('utf-32')) return decodeUtf32(body, encoding === 'utf-32le');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body);
  } catch (error) {
    if (hasCode(error, 'ERR_ENCODING_INVALID_ENCODED_DATA')) return undefined;
    throw error;
  }
}

/** TextDecoder does not support UTF-32. */
function decodeUtf32(body: Uint8Array, littleEndian: boolean): string | undefined {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  if (body.byteLength % 4 !== 0) return undefined;
  const parts: string[] = [];
  for (let offset = 0; offset < body.byteLength; offset += 4) {
    const code = view.getUint32(offset, littleEndian);
    if (code > 0x10_ffff) return undefined;
    parts.push(String.fromCodePoint(code));
  }
  return parts.join('');
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

function startsWith(body: Uint8Array, prefix: number[]): boolean {
  return prefix.every((byte, index) => body[index] === byte);
}
