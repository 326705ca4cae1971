import { z } from 'zod';
import { documentOf, type Made } from './field.js';
import { episodeFields, localizedFields, programFields } from './fields.js';
import { EpisodeKind, ProgramType } from './values.js';

/** What a document may weigh as JSON, in bytes: an event carries 512 kB at most, its envelope included. */
export const maximumDocumentBytes = 500_000;

/** A picture or a media file that is ready, as far as the public needs it. `path` is below the media base address. */
export const PublicFile = z.object({
  assetId: z.string(),
  path: z.string(),
  type: z.string(),
  length: z.int(),
  width: z.int().optional(),
  height: z.int().optional(),
  durationSeconds: z.int().optional(),
  alt: z.record(z.string(), z.string()).optional(),
});
export type PublicFile = z.output<typeof PublicFile>;

/** What is public in one language. */
export const PublicText = z.object({
  ...documentOf(localizedFields),
  /** The description as plain text, shortened. */
  summary: z.string(),
  slug: z.string(),
} satisfies Made<typeof localizedFields>);
export type PublicText = z.output<typeof PublicText>;

const shared = {
  id: z.string(),
  /** Rises with every change of the document; an older one never overwrites a newer one. */
  revision: z.int(),
  type: ProgramType,
  category: z.string().nullable(),
  defaultLanguage: z.string(),
  /** The live languages, each with the text and slug that is public. */
  localizations: z.record(z.string(), PublicText),
  /** Slugs that were public once and are not now; they are answered 301. */
  formerSlugs: z.array(z.object({ slug: z.string(), language: z.string() })),
  cover: PublicFile.nullable(),
  releasedAt: z.string(),
  publishedAt: z.string(),
  updatedAt: z.string(),
};

export const PublicProgram = z.object({
  kind: z.literal('program'),
  ...shared,
  ...documentOf(programFields),
} satisfies Made<typeof programFields>);
export type PublicProgram = z.output<typeof PublicProgram>;

/** An episode holds no field of its program but `programId`, `type` and `category`; titles are joined at read. */
export const PublicEpisode = z.object({
  kind: z.literal('episode'),
  ...shared,
  ...documentOf(episodeFields),
  programId: z.string(),
  episodeKind: EpisodeKind,
  durationSeconds: z.int().nullable(),
  media: PublicFile.nullable(),
  enclosure: episodeFields.enclosure.read,
} satisfies Made<typeof episodeFields>);
export type PublicEpisode = z.output<typeof PublicEpisode>;

/** Everything public about one program or episode; written only by cms-service, from what is live. */
export const PublicDocument = z
  .discriminatedUnion('kind', [PublicProgram, PublicEpisode])
  .meta({ id: 'PublicDocument' });
export type PublicDocument = z.output<typeof PublicDocument>;

/** What stays of a document that was withdrawn, so that a late older one cannot bring it back. */
export const Tombstone = z.object({
  id: z.string(),
  kind: z.enum(['program', 'episode']),
  /** The program itself, or the episode's program. */
  programId: z.string(),
  revision: z.int(),
});
export type Tombstone = z.output<typeof Tombstone>;
