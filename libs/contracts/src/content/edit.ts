import { z } from 'zod';
import {
  byLanguage,
  Id,
  Instant,
  Language,
  line,
  pageOf,
  pageQuery,
  text,
  WebUrl,
  withCode,
} from '../kernel/fields.js';
import {
  Enclosure,
  Episode,
  EpisodeContent,
  episodeFields,
  EpisodeKind,
  EpisodeNumber,
  maximumDuration,
} from './episode.js';
import {
  CategoryKey,
  ContentStatus,
  maximumDescription,
  maximumLanguages,
  maximumTitle,
  Person,
  Program,
  ProgramContent,
  programFields,
  ProgramType,
  Slug,
  Tags,
} from './program.js';

export const CreateProgram = ProgramContent.meta({ id: 'CreateProgram' });
export type CreateProgram = z.output<typeof CreateProgram>;

export const CreateEpisode = EpisodeContent.meta({ id: 'CreateEpisode' });
export type CreateEpisode = z.output<typeof CreateEpisode>;

const LocalizationPatch = z.strictObject({
  title: line(maximumTitle).nullish(),
  description: text(maximumDescription).nullish(),
  slug: Slug.nullish(),
});

const sharedPatch = {
  defaultLanguage: Language.optional(),
  localizations: byLanguage(LocalizationPatch.nullable())
    .refine((entries) => Object.keys(entries).length <= maximumLanguages, withCode('field.too_long'))
    .optional(),
  tags: Tags.nullish(),
  explicit: z.boolean().nullish(),
  people: z.array(Person).max(100).nullish(),
  coverAssetId: Id.nullish(),
  releasedAt: Instant.nullish(),
  link: WebUrl.nullish(),
};

/** A merge patch (RFC 7396): what is named changes, `null` removes. */
export const PatchProgram = z
  .strictObject({
    type: ProgramType.optional(),
    ...sharedPatch,
    category: CategoryKey.nullish(),
    order: programFields.order.unwrap().nullish(),
  })
  .meta({ id: 'PatchProgram' });
export type PatchProgram = z.output<typeof PatchProgram>;

export const PatchEpisode = z
  .strictObject({
    ...sharedPatch,
    season: episodeFields.season.unwrap().nullish(),
    number: EpisodeNumber.nullish(),
    kind: EpisodeKind.nullish(),
    durationSeconds: z.int().min(0).max(maximumDuration).nullish(),
    media: z.strictObject({ assetId: Id }).nullish(),
    enclosure: Enclosure.partial({ url: true })
      .extend({ type: Enclosure.shape.type.unwrap().nullish(), length: Enclosure.shape.length.unwrap().nullish() })
      .nullish(),
  })
  .meta({ id: 'PatchEpisode' });
export type PatchEpisode = z.output<typeof PatchEpisode>;

/**
 * Which languages an action is for; all of the working version's (publish) or all live ones (unpublish) when left out.
 */
export const LanguagesBody = z
  .strictObject({ languages: z.array(Language).min(1).max(maximumLanguages).optional() })
  .meta({ id: 'ChooseLanguages' });
export type LanguagesBody = z.output<typeof LanguagesBody>;

export const ProgramQuery = z.strictObject({
  ...pageQuery,
  status: ContentStatus.optional(),
  type: ProgramType.optional(),
  category: CategoryKey.optional(),
  language: Language.optional(),
  /** Matches titles in any language, folded. */
  q: line(200).optional(),
});
export type ProgramQuery = z.output<typeof ProgramQuery>;
export const ProgramPage = pageOf(Program).meta({ id: 'ProgramPage' });

export const EpisodeQuery = z.strictObject({
  ...pageQuery,
  status: ContentStatus.optional(),
  language: Language.optional(),
  q: line(200).optional(),
});
export type EpisodeQuery = z.output<typeof EpisodeQuery>;
export const EpisodePage = pageOf(Episode).meta({ id: 'EpisodePage' });

const ReadinessItem = z.object({ code: z.string(), pointer: z.string(), message: z.string() });
/** Per language, what is still missing: `blocking` stops publishing, `warnings` do not. */
export const Readiness = z
  .object({
    ready: z.boolean(),
    languages: z.record(
      z.string(),
      z.object({ ready: z.boolean(), blocking: z.array(ReadinessItem), warnings: z.array(ReadinessItem) }),
    ),
  })
  .meta({ id: 'Readiness' });
export type Readiness = z.output<typeof Readiness>;
