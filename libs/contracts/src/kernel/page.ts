import { z } from 'zod';
import { queryInteger } from './fields.js';

/** `?cursor=&limit=` of every list. */
export const pageQuery = {
  cursor: z.string().min(1).max(1000).optional(),
  limit: queryInteger(1, 100).default(20),
};

/** One page: `next` is the cursor of the following one, `null` at the end. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** Cuts a page out of `limit + 1` rows. `last` is the page's last row when another page follows, else `undefined`. */
export function cutPage<T>(rows: readonly T[], limit: number): { items: T[]; last: T | undefined } {
  const items = rows.slice(0, limit);
  return { items, last: rows.length > limit ? items.at(-1) : undefined };
}
