import { z } from 'zod';
import { byLanguage, Id, Instant, Language, line, text, WebUrl, withCode } from '../kernel/fields.js';

export const ProgramType = z.enum(['podcast', 'series', 'documentary', 'film']);
export type ProgramType = z.output<typeof ProgramType>;

/** The statuses that exist so far; derived from what is live. */
export const ContentStatus = z.enum(['draft', 'published', 'unpublished']);
export type ContentStatus = z.output<typeof ContentStatus>;

/** Who owns a field: an editor's edit claims it, an import leaves an editor's fields alone. */
export const Origin = z.enum(['editor', 'source']);
export type Origin = z.output<typeof Origin>;

export const maximumTitle = 500;
export const maximumDescription = 20_000;
export const maximumLanguages = 20;

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

/** What is said about an item in one language. A draft may still lack its title. */
export const Localization = z.strictObject({
  title: line(maximumTitle).optional(),
  description: text(maximumDescription).optional(),
  slug: Slug.optional(),
});
export type Localization = z.output<typeof Localization>;

export const Localizations = byLanguage(Localization).refine(
  (entries) => Object.keys(entries).length <= maximumLanguages,
  withCode('field.too_long'),
);

export const Tags = z.array(line(60)).max(50);

/** The fields a program and an episode share. */
export const contentFields = {
  defaultLanguage: Language,
  localizations: Localizations,
  tags: Tags.default([]),
  explicit: z.boolean().default(false),
  people: z.array(Person).max(100).default([]),
  coverAssetId: Id.optional(),
  releasedAt: Instant.optional(),
};

const hasDefault = (content: { defaultLanguage: string; localizations: Record<string, unknown> }): boolean =>
  Object.hasOwn(content.localizations, content.defaultLanguage);
export const defaultLanguagePresent = {
  check: hasDefault,
  options: { ...withCode('program.default_language_missing'), path: ['localizations'] },
};

export const programFields = {
  type: ProgramType,
  ...contentFields,
  category: CategoryKey.optional(),
  link: WebUrl.optional(),
  order: z.enum(['newest_first', 'serial']).default('newest_first'),
};

/** Everything an editor says about a program: one immutable version of it. */
export const ProgramContent = z
  .strictObject(programFields)
  .refine(defaultLanguagePresent.check, defaultLanguagePresent.options)
  .meta({ id: 'ProgramContent' });
export type ProgramContent = z.output<typeof ProgramContent>;

export const LocalizationView = z.object({
  title: z.string().optional(),
  description: z.string().optional(),
  slug: z.string().optional(),
  /** Whether this language is public. */
  live: z.boolean(),
});

/** The fields of the editors' view that say where an item stands. */
export const stateFields = {
  id: Id,
  status: ContentStatus,
  hasUnpublishedChanges: z.boolean(),
  origin: z.record(z.string(), Origin),
  /** Rises by one with every change of an editor or an import; also the ETag. */
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  publishedAt: z.string().nullable(),
  createdBy: z.string().nullable(),
};

/** A series, podcast, documentary or film, as editors see it. */
export const Program = z
  .object({
    ...stateFields,
    type: ProgramType,
    defaultLanguage: z.string(),
    localizations: z.record(z.string(), LocalizationView),
    category: z.string().nullable(),
    tags: z.array(z.string()),
    explicit: z.boolean(),
    people: z.array(z.object({ name: z.string(), role: z.string() })),
    coverAssetId: z.string().nullable(),
    link: z.string().nullable(),
    order: z.enum(['newest_first', 'serial']),
    releasedAt: z.string().nullable(),
  })
  .meta({ id: 'Program' });
export type Program = z.output<typeof Program>;
