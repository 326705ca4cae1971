import type { ByteRange } from '../storage/object-store.js';

/**
 * Parses a `Range` header for `size` bytes (RFC 9110, section 14). Anything but one byte range is answered with the
 * whole, as the RFC allows; several ranges are costly, and no player needs them.
 */
export function readByteRange(header: string | undefined, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '')
    return last === '' || Number(last) === 0
      ? 'unsatisfiable'
      : { start: Math.max(size - Number(last), 0), end: size - 1 };
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (end < start && last !== '') return 'whole';
  return start >= size ? 'unsatisfiable' : { start, end: Math.min(end, size - 1) };
}
