import { z } from 'zod';
import { Id, WebUrl, withCode } from '../kernel/fields.js';
import { contentFields, defaultLanguagePresent, LocalizationView, stateFields } from './program.js';

export const EpisodeKind = z.enum(['full', 'trailer', 'bonus']);
export type EpisodeKind = z.output<typeof EpisodeKind>;

/** Decimal text, because feeds number episodes 100.5; no leading zeros, at most four decimals. */
export const EpisodeNumber = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,8})(?:\.\d{1,4})?$/)
  .meta({ description: 'Decimal text', example: '12' });

/** A file at its source's own address. `length` is bytes and left out where unknown. */
export const Enclosure = z.strictObject({
  url: WebUrl,
  type: z
    .string()
    .max(100)
    .regex(/^[\w.+-]+\/[\w.+-]+$/)
    .optional(),
  length: z.int().min(1).optional(),
});
export type Enclosure = z.output<typeof Enclosure>;

/** Seven days: anything longer is a mistake of unit. */
export const maximumDuration = 604_800;

export const episodeFields = {
  ...contentFields,
  season: z.int().min(1).max(100_000).optional(),
  number: EpisodeNumber.optional(),
  kind: EpisodeKind.default('full'),
  durationSeconds: z.int().min(0).max(maximumDuration).optional(),
  link: WebUrl.optional(),
  media: z.strictObject({ assetId: Id }).optional(),
  enclosure: Enclosure.optional(),
};

const oneFile = (content: { media?: unknown; enclosure?: unknown }): boolean => !(content.media && content.enclosure);

/** Everything an editor says about an episode: one immutable version of it. */
export const EpisodeContent = z
  .strictObject(episodeFields)
  .refine(defaultLanguagePresent.check, defaultLanguagePresent.options)
  .refine(oneFile, { ...withCode('episode.media_and_enclosure'), path: ['enclosure'] })
  .meta({ id: 'EpisodeContent' });
export type EpisodeContent = z.output<typeof EpisodeContent>;

/** One part of a program, as editors see it. */
export const Episode = z
  .object({
    ...stateFields,
    programId: z.string(),
    defaultLanguage: z.string(),
    localizations: z.record(z.string(), LocalizationView),
    tags: z.array(z.string()),
    explicit: z.boolean(),
    people: z.array(z.object({ name: z.string(), role: z.string() })),
    coverAssetId: z.string().nullable(),
    releasedAt: z.string().nullable(),
    season: z.int().nullable(),
    number: z.string().nullable(),
    kind: EpisodeKind,
    durationSeconds: z.int().nullable(),
    link: z.string().nullable(),
    media: z.object({ assetId: z.string() }).nullable(),
    enclosure: z.object({ url: z.string(), type: z.string().optional(), length: z.int().optional() }).nullable(),
  })
  .meta({ id: 'Episode' });
export type Episode = z.output<typeof Episode>;
