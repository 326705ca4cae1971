import { z } from 'zod';
import { Id, line, text, WebUrl } from '../kernel/fields.js';

export const ProgramType = z.enum(['podcast', 'series', 'documentary', 'film']);
export type ProgramType = z.output<typeof ProgramType>;

/** `serial` is by season and number. */
export const EpisodeOrder = z.enum(['newest_first', 'serial']);

export const EpisodeKind = z.enum(['full', 'trailer', 'bonus']);
export type EpisodeKind = z.output<typeof EpisodeKind>;

/** In characters. */
export const maximumTitle = 500;
export const maximumSubtitle = 500;
export const maximumDescription = 20_000;

export const Slug = text(200).meta({ description: 'Unicode slug, unique after folding', example: 'فنجان' });
export const CategoryKey = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/)
  .meta({ description: 'A key of the categories vocabulary', example: 'society' });

export const Person = z.strictObject({
  name: line(200),
  /** A role of the Podcast Taxonomy, in lower case. */
  role: line(60).default('host'),
});
export type Person = z.output<typeof Person>;

/** Decimal text, because feeds have numbers like 100.5: no leading zeros, at most four decimals. */
export const EpisodeNumber = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,8})(?:\.\d{1,4})?$/)
  .meta({ description: 'Decimal text', example: '12' });

/** In seconds. Anything above seven days is a mistake of unit. */
export const maximumDuration = 604_800;

/** A file at its source's own URL. `length` is in bytes. */
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

export const EnclosurePatch = Enclosure.partial({ url: true }).extend({
  type: Enclosure.shape.type.unwrap().nullish(),
  length: Enclosure.shape.length.unwrap().nullish(),
});

export const MediaReference = z.strictObject({ assetId: Id });
