import { type ErrorCode, isErrorCode } from '@mediamesh/contracts';
import type { SourceItem } from '../sources/source-content.js';

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

/** What is told of an item whatever becomes of it. */
export const warningsOf = (item: SourceItem): string[] =>
  distinct([
    ...item.warnings.map(({ code }) => warningCode('item', code)),
    ...(item.block ? ['item.blocked'] : []),
    ...(isEmpty(item) ? ['item.empty'] : []),
  ]);

/** Whether there is nothing at all to make an episode of. */
const isEmpty = ({ title, description, enclosure, link, guid }: SourceItem): boolean =>
  [title, description, enclosure, link, guid].every((part) => part === undefined);
