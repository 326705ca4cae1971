import { z } from 'zod';
import { queryInteger } from './fields.js';

/** The query parameters of every list. */
export const pageQuery = {
  cursor: z.string().min(1).max(1000).optional(),
  limit: queryInteger(1, 100).default(20),
};

/** `next` is the cursor of the next page, `null` at the end. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** Takes `limit + 1` rows. `last` is the last row of the page if there is a next page. */
export function cutPage<T>(rows: readonly T[], limit: number): { items: T[]; last: T | undefined } {
  const items = rows.slice(0, limit);
  return { items, last: rows.length > limit ? items.at(-1) : undefined };
}
