import { createHmac, timingSafeEqual } from 'node:crypto';
import { forbidden } from '@mediamesh/contracts';
import type { SignedUpload } from './object-store.js';

/** What an upload may be, with an HMAC-SHA256 over it, fit for an address. */
export function signUploadToken(secret: string, { key, type, size, expiresAt }: SignedUpload): string {
  const payload = Buffer.from(JSON.stringify([key, type, size, expiresAt.getTime()])).toString('base64url');
  return `${payload}.${sign(secret, payload)}`;
}

/** What was signed; refuses with `upload.refused` a token that is not ours, was altered, or has expired. */
export function verifyUploadToken(secret: string, token: string, now: number): SignedUpload {
  const [payload = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || !equal(signature, sign(secret, payload))) throw forbidden('upload.refused');
  const [key, type, size, expiry] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as [
    string,
    string,
    number,
    number,
  ];
  if (expiry <= now) throw forbidden('upload.refused');
  return { key, type, size, expiresAt: new Date(expiry) };
}

/** The purpose is part of what is signed, so that a signature made for anything else is of no use here. */
const sign = (secret: string, payload: string): string =>
  createHmac('sha256', secret).update('upload\0').update(payload).digest('base64url');

/** Texts are compared, not what they decode to: base64url has several spellings of one value. */
function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
