/** Random access to bytes without holding all of them. */
export interface Bytes {
  readonly size: number;
  /** `length` bytes from `offset`; fewer only at the end. */
  read(offset: number, length: number): Promise<Buffer>;
}

const windowBytes = 256 * 1024;

/** Reads in windows of 256 KiB: headers lie close together, and every read of a store costs a request. */
export function createBytes(size: number, readRange: (start: number, end: number) => Promise<Buffer>): Bytes {
  let window: { start: number; bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  return {
    size,
    read: async (offset, length) => {
      const end = Math.min(offset + length, size);
      if (offset >= end) return Buffer.alloc(0);
      if (offset < window.start || end > window.start + window.bytes.length) {
        const last = Math.min(offset + Math.max(length, windowBytes), size) - 1;
        window = { start: offset, bytes: await readRange(offset, last) };
        if (window.bytes.length !== last - offset + 1)
          throw new Error(`The store answered ${window.bytes.length} of ${last - offset + 1} bytes`);
      }
      return window.bytes.subarray(offset - window.start, end - window.start);
    },
  };
}
