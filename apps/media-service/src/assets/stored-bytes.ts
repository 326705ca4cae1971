import { buffer } from 'node:stream/consumers';
import { Refusal } from '@mediamesh/contracts';
import { type Bytes, createBytes } from '../inspection/bytes.js';
import type { ObjectStore } from '../storage/object-store.js';

/** The object was deleted while it was read. */
export class BytesGone extends Refusal {
  constructor(key: string) {
    super('unavailable', 'request.unavailable', { cause: new Error(`object ${key} has gone`) });
  }
}

/** Random access to an object's bytes. Throws {@link BytesGone} when the object is deleted meanwhile. */
export const createStoredBytes = (store: ObjectStore, key: string, size: number): Bytes =>
  createBytes(size, async (start, end) => {
    const object = await store.read(key, { start, end });
    if (!object) throw new BytesGone(key);
    return buffer(object.stream);
  });
