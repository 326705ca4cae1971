import { z } from 'zod';
import { pageOf, pageQuery } from '../kernel/page.js';

export const ReindexStatus = z.enum(['queued', 'running', 'completed', 'failed']);
export type ReindexStatus = z.output<typeof ReindexStatus>;

/** One building of the search index from everything that is public, beside the one that answers. */
export const Reindex = z
  .object({
    id: z.string(),
    status: ReindexStatus,
    /** `user:<id>` or `service:<name>`. */
    requestedBy: z.string(),
    /** What was taken over so far. */
    documents: z.int(),
    tombstones: z.int(),
    /** How many of both there were at the beginning; more may come meanwhile. `null` until they are counted. */
    total: z.int().nullable(),
    /** Documents that the finished index finds. */
    found: z.int().nullable(),
    /** Names the new index once there is one. */
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
