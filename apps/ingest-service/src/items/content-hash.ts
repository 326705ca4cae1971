import { createHash } from 'node:crypto';
import type { SourceItem } from '../sources/source-content.js';

/** Detects changes of an item. The query of the enclosure and the parse warnings do not count. */
export function hashContent({ enclosure, warnings, ...item }: SourceItem): string {
  const content = { ...item, enclosure: enclosure && { ...enclosure, url: stripAddress(enclosure.url) } };
  return hashText(JSON.stringify(content, sortKeys));
}

/** Host and path only: feeds switch between http and https, and sign the query anew each time. */
export function stripAddress(address: string): string {
  const { host, pathname } = new URL(address);
  return `${host}${pathname}`;
}

export const hashText = (text: string): string => createHash('sha256').update(text).digest('hex');

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
