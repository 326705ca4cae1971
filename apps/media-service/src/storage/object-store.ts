import type { Readable } from 'node:stream';

/** Bytes `start` to `end`, both included, as in a `Range` header. */
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
  /** The bytes asked for. It fails when the store does, after fewer bytes than promised. */
  readonly stream: Readable;
}

export interface ListedObject extends ObjectHead {
  readonly key: string;
}

export interface PutOptions {
  /** Exactly how many bytes will come; left out where nobody knows. */
  readonly size?: number;
  /** The media type, for stores that keep one. */
  readonly type: string;
}

/** What a link lets its bearer do: put `size` bytes of `type` under `key`, until `expiresAt`. */
export interface SignedUpload {
  readonly key: string;
  readonly type: string;
  readonly size: number;
  /** Lower-case hexadecimal; a store that can, refuses other bytes at once. */
  readonly sha256?: string;
  readonly expiresAt: Date;
}

/** A request that uploads: `method` to `url` with `headers`. */
export interface UploadLink {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Another way for large files, where the store offers it: each part by a `PUT` of its own, in any order, again where
   * one failed.
   */
  readonly parts?: readonly UploadPartLink[];
}

export interface UploadPartLink {
  /** From 1; parts follow each other in the file in this order. */
  readonly partNumber: number;
  readonly url: string;
  /** Exactly so many bytes. */
  readonly size: number;
}

/** What a link to read shows, until `expiresAt`. */
export interface SignedRead {
  /**
   * The `Content-Type` and `Content-Disposition` that the bytes come with, whatever the store was told when they were
   * put.
   */
  readonly type: string;
  readonly disposition: string;
  readonly expiresAt: Date;
}

/**
 * Where the bytes are. An object is whole or not there at all, and once written it never changes: who has new bytes
 * takes a new key.
 *
 * - Keys are made by us: segments of letters, digits, `.`, `_` and `-`, joined by `/`, none of them `.` or `..`, at
 *   most 200 characters. Any other key is an error of the caller, so that no path leaves the store.
 * - `put` keeps all of the bytes or none. An error of the source, or another number of bytes than `size`, rejects and
 *   leaves nothing. The source is read to its end only when all is well; it is not destroyed.
 * - `read` and `head` answer `undefined` for what is not there; so does `read` of a range that begins behind the end. A
 *   range that ends there is cut.
 * - `delete` of what is not there is no error.
 * - `list` answers every object, in no order; what is put or deleted meanwhile may be in it or not.
 * - `signUpload` makes a link that nobody can alter. A store that takes uploads itself points there; one that leaves
 *   them to us points at our own endpoint, which asks `verifyUpload`: it answers what was signed, and refuses with
 *   `upload.refused` (403) what was not, has been altered, or has expired. A store that takes uploads itself refuses
 *   everything there.
 * - A link may be used as often as one likes until it expires, so what came by it may change, and is no object yet.
 *   `takeUpload` makes one of it, under a new key below the link's that no link reaches, and answers it; `undefined`
 *   when nothing whole came, or when uploads come through us. It may be asked again. `dropUpload` forgets what came by
 *   a link and was not taken.
 * - `signRead` makes a link that gives out an object's bytes, and nothing else; `undefined` when they can be had
 *   through us only.
 *
 * A store that cannot be reached, or is full, refuses with `unavailable`.
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

/** An object's source gave another number of bytes than announced. */
export class WrongSize extends Error {
  override readonly name = 'WrongSize';
  constructor(expected: number, actual: number) {
    super(`${expected} bytes were announced, ${actual} came`);
  }
}

/** Throws for a key that could mean anything but an object of ours. */
export function checkKey(key: string): string {
  if (!isKey(key)) throw new Error('This cannot be the key of an object');
  return key;
}

/** Whether it could be the key of an object of ours. */
export const isKey = (key: string): boolean =>
  key.length <= 200 &&
  key.split('/').every((segment) => /^[A-Za-z0-9._-]+$/.test(segment) && segment !== '.' && segment !== '..');
