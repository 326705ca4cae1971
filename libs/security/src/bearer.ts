import type { IncomingMessage } from 'node:http';
import { unauthenticated } from '@mediamesh/contracts';

const bearer = /^Bearer ([\w.~+/-]+=*)$/i;

/**
 * The token of a `Bearer` header (RFC 6750; the scheme in any case), or `undefined` when the header is absent. Throws
 * `unauthenticated` for another scheme, an empty or padded token, and a repeated header: Node keeps the first of two,
 * and a proxy may have checked the other.
 */
export function readBearer(raw: Pick<IncomingMessage, 'headers' | 'rawHeaders'>, name: string): string | undefined {
  const sent = raw.rawHeaders.filter((header, index) => index % 2 === 0 && header.toLowerCase() === name).length;
  const value = raw.headers[name];
  if (value === undefined && sent === 0) return undefined;
  const token = sent <= 1 && typeof value === 'string' ? bearer.exec(value)?.[1] : undefined;
  if (token === undefined) throw unauthenticated('auth.invalid_token');
  return token;
}
