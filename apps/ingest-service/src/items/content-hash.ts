import { createHash } from 'node:crypto';
import type { SourceItem } from '../sources/source-content.js';

/**
 * What of an item is compared between runs to see whether it has changed. The query of the enclosure does not count,
 * nor what was only noticed while reading.
 */
export function hashContent({ enclosure, warnings, ...item }: SourceItem): string {
  const content = { ...item, enclosure: enclosure && { ...enclosure, url: stripAddress(enclosure.url) } };
  return hashText(JSON.stringify(content, sortKeys));
}

/** Host and path: the same file may be named by http and https, and its query signed anew each time. */
export function stripAddress(address: string): string {
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`;
}

export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex');

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
