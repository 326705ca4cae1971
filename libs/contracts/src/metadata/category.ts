import { z } from 'zod';
import { defineEvent } from '../kernel/event.js';

/** A subcategory's key is its parent's, a dot and its own name. */
export const Category = z
  .object({ key: z.string(), parent: z.string().optional(), names: z.object({ ar: z.string(), en: z.string() }) })
  .meta({ id: 'Category' });
export type Category = z.output<typeof Category>;

/** The whole vocabulary in order; `version` increases with every change and is the ETag. */
export const Categories = z.object({ items: z.array(Category), version: z.int() }).meta({ id: 'Categories' });
export type Categories = z.output<typeof Categories>;

/** The whole vocabulary, on first seeding and on every change. */
export const vocabularyChanged = defineEvent('metadata.vocabulary_changed', {
  version: 1,
  topic: 'metadata.events',
  payload: z.object({ vocabulary: z.literal('categories'), version: z.int(), items: z.array(Category) }),
  subject: (payload) => payload.vocabulary,
});
