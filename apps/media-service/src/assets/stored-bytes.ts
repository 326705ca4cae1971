import { buffer } from 'node:stream/consumers';
import { unavailable } from '@mediamesh/contracts';
import { type Bytes, createBytes } from '../inspection/bytes.js';
import type { ObjectStore } from '../storage/object-store.js';

/** An object's bytes for inspection, read piece by piece. A store that loses them meanwhile is `unavailable`. */
export const createStoredBytes = (store: ObjectStore, key: string, size: number): Bytes =>
  createBytes(size, async (start, end) => {
    const object = await store.read(key, { start, end });
    if (!object) throw unavailable('request.unavailable', { cause: new Error(`object ${key} has gone`) });
    return buffer(object.stream);
  });
