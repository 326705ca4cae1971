import { z } from 'zod';
import { Id } from '../kernel/fields.js';
import { EpisodeContent } from '../content/episode.js';
import { ProgramContent } from '../content/program.js';

/** How many versions one call may put or read. */
export const maximumVersionBatch = 200;

/** The whole of what is said about an item at one moment; never changed once put. */
export const MetadataVersion = z.discriminatedUnion('kind', [
  z.object({ id: Id, kind: z.literal('program'), subjectId: Id, content: ProgramContent }),
  z.object({ id: Id, kind: z.literal('episode'), subjectId: Id, content: EpisodeContent }),
]);
export type MetadataVersion = z.output<typeof MetadataVersion>;

/** Content arrives unchecked: metadata-service is who validates and sanitises it. */
export const PutVersions = z.strictObject({
  versions: z
    .array(z.strictObject({ id: Id, kind: z.enum(['program', 'episode']), subjectId: Id, content: z.unknown() }))
    .min(1)
    .max(maximumVersionBatch),
});

/** In the order sent: the version as it is kept, or what is wrong with it (pointers into its content). */
export const PutVersionsResult = z.object({
  results: z.array(
    z.union([
      z.object({ version: MetadataVersion }),
      z.object({
        errors: z.array(
          z.object({
            pointer: z.string(),
            code: z.string(),
            values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
          }),
        ),
      }),
    ]),
  ),
});
export type PutVersionsResult = z.output<typeof PutVersionsResult>;
