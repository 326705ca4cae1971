import { z } from 'zod';
import { Id } from '../kernel/fields.js';
import { pageOf, pageQuery } from '../kernel/page.js';

export const RunStatus = z.enum(['queued', 'running', 'completed', 'failed']);
export type RunStatus = z.output<typeof RunStatus>;

/** Every item of the feed counts in exactly one. */
export const RunCounts = z.object({
  new: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  duplicate: z.int(),
  failed: z.int(),
});
export type RunCounts = z.output<typeof RunCounts>;

export const ImportRun = z
  .object({
    id: z.string(),
    sourceId: z.string(),
    status: RunStatus,
    counts: RunCounts,
    /** Items in the feed; `null` until it is parsed. */
    total: z.int().nullable(),
    /** Episodes that this run published. */
    published: z.int(),
    programId: z.string().nullable(),
    /** Notes on the feed as a whole. */
    codes: z.array(z.string()),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
  })
  .meta({ id: 'ImportRun' });
export type ImportRun = z.output<typeof ImportRun>;

export const RunQuery = z.strictObject({ ...pageQuery, sourceId: Id.optional(), status: RunStatus.optional() });
export const RunPage = pageOf(ImportRun).meta({ id: 'ImportRunPage' });

export const ItemOutcome = z.enum(['new', 'changed', 'unchanged', 'duplicate', 'failed']);
export type ItemOutcome = z.output<typeof ItemOutcome>;

export const ImportItem = z
  .object({
    /** The position in the feed, from 0. */
    position: z.int(),
    key: z.string(),
    title: z.string(),
    outcome: ItemOutcome,
    episodeId: z.string().nullable(),
    published: z.boolean(),
    codes: z.array(z.string()),
  })
  .meta({ id: 'ImportItem' });
export type ImportItem = z.output<typeof ImportItem>;

export const ItemQuery = z.strictObject({ ...pageQuery, outcome: ItemOutcome.optional() });
export const ItemPage = pageOf(ImportItem).meta({ id: 'ImportItemPage' });
