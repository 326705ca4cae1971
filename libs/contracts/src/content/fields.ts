import { z } from 'zod';
import { Id, Instant, line, text, WebUrl } from '../kernel/fields.js';
import { defaulted, localized, optional, required } from './field.js';
import {
  CategoryKey,
  Enclosure,
  EnclosurePatch,
  EpisodeKind,
  EpisodeNumber,
  EpisodeOrder,
  MediaReference,
  maximumDescription,
  maximumDuration,
  maximumSubtitle,
  maximumTitle,
  Person,
  ProgramType,
  Slug,
} from './values.js';

// The only declaration of the fields of programs and episodes. Input, patches, output, owners, the public document and
// the public view all derive from these tables (ADR 22).

export const localizedFields = {
  title: localized({ kept: line(maximumTitle), public: 'always' }),
  subtitle: localized({ kept: line(maximumSubtitle), public: 'added' }),
  /** HTML fragment: `p ol ul li a[href]`. */
  description: localized({ kept: text(maximumDescription), public: 'always' }),
  slug: localized({ kept: Slug, public: { as: 'slug' } }),
};

export const sharedFields = {
  tags: defaulted([], { kept: z.array(line(60)).max(50), read: z.array(z.string()), public: 'always' }),
  people: defaulted([], {
    kept: z.array(Person).max(100),
    read: z.array(z.object({ name: z.string(), role: z.string() })),
    public: 'always',
  }),
  explicit: defaulted(false, { kept: z.boolean(), read: z.boolean(), public: 'always' }),
  coverAssetId: optional({ kept: Id, read: z.string(), public: { as: 'cover' } }),
  link: optional({ kept: WebUrl, read: z.string(), public: 'always' }),
  releasedAt: optional({ kept: Instant, read: z.string(), public: { as: 'releasedAt' } }),
};

export const programFields = {
  type: required({ kept: ProgramType, read: ProgramType, public: { as: 'type' } }),
  ...sharedFields,
  category: optional({ kept: CategoryKey, read: z.string(), public: { as: 'category' } }),
  order: defaulted('newest_first', { kept: EpisodeOrder, read: EpisodeOrder, public: 'always' }),
};

export const episodeFields = {
  ...sharedFields,
  season: optional({ kept: z.int().min(1).max(100_000), read: z.int(), public: 'always' }),
  number: optional({ kept: EpisodeNumber, read: z.string(), public: 'always' }),
  kind: defaulted('full', { kept: EpisodeKind, read: EpisodeKind, public: { as: 'episodeKind' } }),
  durationSeconds: optional({
    kept: z.int().min(0).max(maximumDuration),
    read: z.int(),
    public: { as: 'durationSeconds' },
  }),
  media: optional({ kept: MediaReference, read: z.object({ assetId: z.string() }), public: { as: 'media' } }),
  enclosure: {
    ...optional({
      kept: Enclosure,
      read: z.object({ url: z.string(), type: z.string().optional(), length: z.int().optional() }),
      public: { as: 'enclosure' },
    }),
    // A patch merges an enclosure field by field.
    patch: EnclosurePatch.nullish(),
  },
};

export type LocalizedField = keyof typeof localizedFields;
export type ContentField = keyof typeof programFields | keyof typeof episodeFields;
