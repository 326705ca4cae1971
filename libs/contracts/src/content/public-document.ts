import { z } from 'zod';
import { documentOf, type Made } from './field.js';
import { episodeFields, localizedFields, programFields } from './fields.js';
import { EpisodeKind, ProgramType } from './values.js';

/** In bytes of JSON: an event carries at most 512 kB, including its envelope. */
export const maximumDocumentBytes = 500_000;

/** A picture or media file that is ready. `path` is below the media base URL, `length` is in bytes. */
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

/** The public text in one language. */
export const PublicText = z.object({
  ...documentOf(localizedFields),
  /** The description as plain text, shortened. */
  summary: z.string(),
  slug: z.string(),
} satisfies Made<typeof localizedFields>);
export type PublicText = z.output<typeof PublicText>;

const shared = {
  id: z.string(),
  /** Increases with every change; an older revision never replaces a newer one. */
  revision: z.int(),
  type: ProgramType,
  category: z.string().nullable(),
  defaultLanguage: z.string(),
  /** Only live languages. */
  localizations: z.record(z.string(), PublicText),
  /** Slugs that were public before; they redirect (301). */
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

/** Of its program, an episode has only `programId`, `type` and `category`; titles are joined on read. */
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

/** Everything public about a program or an episode. Only cms-service writes it, from live content. */
export const PublicDocument = z
  .discriminatedUnion('kind', [PublicProgram, PublicEpisode])
  .meta({ id: 'PublicDocument' });
export type PublicDocument = z.output<typeof PublicDocument>;

/** Remains of a withdrawn document, so that a late older revision cannot restore it. */
export const Tombstone = z.object({
  id: z.string(),
  kind: z.enum(['program', 'episode']),
  /** The program's own id, or the id of the episode's program. */
  programId: z.string(),
  revision: z.int(),
});
export type Tombstone = z.output<typeof Tombstone>;
