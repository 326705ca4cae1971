import { type ErrorCode, isErrorCode } from '@mediamesh/contracts';

/**
 * A note of reading or fitting as a code people can be told: `item.link_ignored`. A note without a sentence of its own
 * is told in general.
 */
export function warningCode(about: 'feed' | 'item', note: string): ErrorCode {
  const code = `${about}.${note}`;
  return isErrorCode(code) ? code : `${about}.mended`;
}

/** Each once, in their order. */
export const distinct = (codes: readonly string[]): string[] => [...new Set(codes)];
