import type { Readable } from 'node:stream';

/** Bytes `start` to `end`, both inclusive, as in a `Range` header. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface ObjectHead {
  /** Bytes of the whole object. */
  readonly size: number;
  readonly modifiedAt: Date;
}

export interface ReadObject extends ObjectHead {
  /** The requested bytes. The stream fails when the store fails before all of them are read. */
  readonly stream: Readable;
}

export interface ListedObject extends ObjectHead {
  readonly key: string;
}

export interface PutOptions {
  /** The exact number of bytes, where it is known. */
  readonly size?: number;
  /** The media type, for stores that keep it. */
  readonly type: string;
}

/** What the holder of a link may do: put `size` bytes of `type` under `key`, until `expiresAt`. */
export interface SignedUpload {
  readonly key: string;
  readonly type: string;
  readonly size: number;
  /** Lower-case hexadecimal. A store that supports it refuses other bytes at once. */
  readonly sha256?: string;
  readonly expiresAt: Date;
}

export interface UploadLink {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** An alternative for large files, where the store has it: one `PUT` for each part, in any order and repeatable. */
  readonly parts?: readonly UploadPartLink[];
}

export interface UploadPartLink {
  /** From 1, in the order of the file. */
  readonly partNumber: number;
  readonly url: string;
  /** The exact number of bytes. */
  readonly size: number;
}

export interface SignedRead {
  /** The `Content-Type` and `Content-Disposition` of the answer, whatever the object was stored with. */
  readonly type: string;
  readonly disposition: string;
  readonly expiresAt: Date;
}

/**
 * Stores bytes. An object is complete or absent, and never changes: new bytes get a new key.
 *
 * - Keys are generated here: segments of letters, digits, `.`, `_` and `-`, joined by `/`, none of them `.` or `..`, at
 *   most 200 characters. Any other key is a programming error, so that no path can leave the store.
 * - `put` stores all bytes or none. It rejects and leaves nothing when the source fails or does not have `size` bytes.
 *   It never destroys the source, and reads it to the end only on success.
 * - `read` and `head` return `undefined` for a missing object, `read` also for a range that begins after the end. A
 *   range that ends after the end is shortened.
 * - `delete` of a missing object is no error.
 * - `list` returns every object, unordered; one that is put or deleted meanwhile may be included or not.
 * - `signUpload` makes a link that cannot be altered: to the store if it takes direct uploads, else to the CMS gateway,
 *   which passes the upload on to this service. `verifyUpload` then returns what was signed. It refuses an unsigned,
 *   altered or expired link with `upload.refused` (403), and every link when the store takes direct uploads.
 * - An upload link can be used repeatedly until it expires, so a direct upload may change and is no object yet.
 *   `takeUpload` makes it an object under a new key below the link's key, which no link can write to. It returns
 *   `undefined` when no upload is complete, or when there are no direct uploads, and can be repeated. `dropUpload`
 *   deletes a direct upload that was not taken.
 * - `signRead` makes a link that serves one object's bytes; `undefined` when the store cannot.
 *
 * A store that is unreachable or full throws `unavailable`.
 */
export abstract class ObjectStore {
  abstract put(key: string, source: AsyncIterable<Uint8Array>, options: PutOptions): Promise<ObjectHead>;
  abstract read(key: string, range?: ByteRange): Promise<ReadObject | undefined>;
  abstract head(key: string): Promise<ObjectHead | undefined>;
  abstract delete(key: string): Promise<void>;
  abstract list(): AsyncIterable<ListedObject>;
  abstract signUpload(upload: SignedUpload): Promise<UploadLink>;
  abstract verifyUpload(signed: string): SignedUpload;
  abstract takeUpload(upload: Pick<SignedUpload, 'key' | 'size'>): Promise<ListedObject | undefined>;
  abstract dropUpload(key: string): Promise<void>;
  abstract signRead(key: string, read: SignedRead): Promise<string | undefined>;
}

export class WrongSize extends Error {
  override readonly name = 'WrongSize';
  constructor(expected: number, actual: number) {
    super(`${expected} bytes were announced, ${actual} came`);
  }
}

export function checkKey(key: string): string {
  if (!isKey(key)) throw new Error('This cannot be the key of an object');
  return key;
}

export const isKey = (key: string): boolean =>
  key.length <= 200 &&
  key.split('/').every((segment) => /^[A-Za-z0-9._-]+$/.test(segment) && segment !== '.' && segment !== '..');
