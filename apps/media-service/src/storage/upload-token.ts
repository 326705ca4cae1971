import { createHmac, timingSafeEqual } from 'node:crypto';
import { forbidden } from '@mediamesh/contracts';
import type { SignedUpload } from './object-store.js';

/** A URL-safe token: the allowed upload with an HMAC-SHA256. */
export function signUploadToken(secret: string, { key, type, size, expiresAt }: SignedUpload): string {
  const payload = Buffer.from(JSON.stringify([key, type, size, expiresAt.getTime()])).toString('base64url');
  return `${payload}.${sign(secret, payload)}`;
}

/** The allowed upload. 403 `upload.refused` for a token that is forged, altered or expired. */
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

/** The purpose is signed too, so that a signature for another purpose is not valid here. */
const sign = (secret: string, payload: string): string =>
  createHmac('sha256', secret).update('upload\0').update(payload).digest('base64url');

/** Compares the texts, not the decoded bytes, because base64url has several spellings of one value. */
function equal(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
