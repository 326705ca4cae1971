import { z } from 'zod';
import { Id } from '../kernel/fields.js';
import { EpisodeContent } from '../content/episode.js';
import { ProgramContent } from '../content/program.js';

/** In versions. */
export const maximumVersionBatch = 200;

/** The complete content of an item at one moment; immutable. */
export const MetadataVersion = z.discriminatedUnion('kind', [
  z.object({ id: Id, kind: z.literal('program'), subjectId: Id, content: ProgramContent }),
  z.object({ id: Id, kind: z.literal('episode'), subjectId: Id, content: EpisodeContent }),
]);
export type MetadataVersion = z.output<typeof MetadataVersion>;

/** Unvalidated: metadata-service validates and sanitises the content. */
export const PutVersions = z.strictObject({
  versions: z
    .array(z.strictObject({ id: Id, kind: z.enum(['program', 'episode']), subjectId: Id, content: z.unknown() }))
    .min(1)
    .max(maximumVersionBatch),
});

/** In the order sent: the stored version, or its errors with pointers into the content. */
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
