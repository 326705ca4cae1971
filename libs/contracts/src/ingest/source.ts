import { z } from 'zod';
import { Id, line, WebUrl } from '../kernel/fields.js';
import { pageOf, pageQuery } from '../kernel/page.js';

/** `draft`: imported items wait for an editor. `when_ready`: items are published as soon as they are ready. */
export const PublishPolicy = z.enum(['draft', 'when_ready']);
export type PublishPolicy = z.output<typeof PublishPolicy>;

/** Without `url`, each run uploads the feed as its body. Without `programId`, the source creates its own program. */
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

/** `url` (normalised) and `name` match exactly. */
export const SourceQuery = z.strictObject({ ...pageQuery, url: WebUrl.optional(), name: line(500).optional() });
export const SourcePage = pageOf(Source).meta({ id: 'SourcePage' });

/** `publish` replaces the source's policy for this run, also for drafts of earlier runs and for an unchanged feed. */
export const StartRunQuery = z.strictObject({ publish: PublishPolicy.optional() });
