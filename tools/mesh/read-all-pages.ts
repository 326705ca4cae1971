import type { Page } from '@mediamesh/contracts';

export async function readAllPages<T>(readPage: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for (let cursor: string | undefined; ;) {
    const { items, next } = await readPage(cursor);
    all.push(...items);
    if (next === null) return all;
    cursor = next;
  }
}
