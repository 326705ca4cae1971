import { type ErrorCode, isErrorCode } from '@mediamesh/contracts';
import type { SourceItem } from '../sources/source-content.js';

/** The error code of a note, such as `item.link_ignored`. A note without a code of its own becomes `mended`. */
export function warningCode(about: 'feed' | 'item', note: string): ErrorCode {
  const code = `${about}.${note}`;
  return isErrorCode(code) ? code : `${about}.mended`;
}

export const distinct = (codes: readonly string[]): string[] => [...new Set(codes)];

/** Codes of an item that do not depend on its outcome. */
export const warningsOf = (item: SourceItem): string[] =>
  distinct([
    ...item.warnings.map(({ code }) => warningCode('item', code)),
    ...(item.block ? ['item.blocked'] : []),
    ...(isEmpty(item) ? ['item.empty'] : []),
  ]);

const isEmpty = ({ title, description, enclosure, link, guid }: SourceItem): boolean =>
  [title, description, enclosure, link, guid].every((part) => part === undefined);
