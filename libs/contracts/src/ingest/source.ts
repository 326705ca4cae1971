import { z } from 'zod';
import { Id, line, WebUrl } from '../kernel/fields.js';
import { pageOf, pageQuery } from '../kernel/page.js';

/** `draft`: imported items wait for an editor · `when_ready`: what can be published is. */
export const PublishPolicy = z.enum(['draft', 'when_ready']);
export type PublishPolicy = z.output<typeof PublishPolicy>;

/**
 * Where content is imported from. Without `url` each run brings the feed as its body.
 * `programId` imports into an existing program; else the source makes its own.
 */
export const CreateSource = z
  .strictObject({
    kind: z.literal('rss'),
    url: WebUrl.optional(),
    name: line(500).optional(),
    programId: Id.optional(),
    publish: PublishPolicy.default('draft'),
  })
  .meta({ id: 'CreateSource' });
export type CreateSource = z.output<typeof CreateSource>;

export const Source = z
  .object({
    id: z.string(),
    kind: z.literal('rss'),
    url: z.string().nullable(),
    name: z.string().nullable(),
    programId: z.string().nullable(),
    publish: PublishPolicy,
    version: z.int(),
    lastRunId: z.string().nullable(),
    createdAt: z.string(),
    updatedAt: z.string(),
    createdBy: z.string().nullable(),
  })
  .meta({ id: 'Source' });
export type Source = z.output<typeof Source>;

/** `url` and `name` match exactly (the address after normalising), to find the source of a feed. */
export const SourceQuery = z.strictObject({ ...pageQuery, url: WebUrl.optional(), name: line(500).optional() });
export const SourcePage = pageOf(Source).meta({ id: 'SourcePage' });

/**
 * `publish` replaces the source's policy for this one run. What earlier runs left as drafts is looked at again too,
 * also where the feed has not changed.
 */
export const StartRunQuery = z.strictObject({ publish: PublishPolicy.optional() });
