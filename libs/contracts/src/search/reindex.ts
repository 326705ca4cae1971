import { z } from 'zod';
import { pageOf, pageQuery } from '../kernel/page.js';

export const ReindexStatus = z.enum(['queued', 'running', 'completed', 'failed']);
export type ReindexStatus = z.output<typeof ReindexStatus>;

/** A rebuild of the search index from all public documents, next to the live index. */
export const Reindex = z
  .object({
    id: z.string(),
    status: ReindexStatus,
    /** `user:<id>` or `service:<name>`. */
    requestedBy: z.string(),
    /** Documents and tombstones indexed so far. */
    documents: z.int(),
    tombstones: z.int(),
    /** Their number at the start; more may be added meanwhile. `null` until counted. */
    total: z.int().nullable(),
    /** Documents found in the finished index. */
    found: z.int().nullable(),
    /** The name of the new index; `null` until it exists. */
    generation: z.string().nullable(),
    error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
  })
  .meta({ id: 'Reindex' });
export type Reindex = z.output<typeof Reindex>;

export const ReindexQuery = z.strictObject(pageQuery);
export const ReindexPage = pageOf(Reindex).meta({ id: 'ReindexPage' });
