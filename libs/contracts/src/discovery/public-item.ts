import { z } from 'zod';
import { viewOf } from '../content/field.js';
import { episodeFields, localizedFields, programFields } from '../content/fields.js';
import { EpisodeKind, ProgramType } from '../content/values.js';
import { Category } from '../metadata/category.js';
import { pageOf } from '../kernel/page.js';
import { Facets, SearchTotal } from '../search/search-service.api.js';

const Cover = z.object({
  url: z.string(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  alt: z.string().nullable(),
  variants: z.array(z.object({ url: z.string(), width: z.int(), format: z.string() })),
});

const itemFields = {
  id: z.string(),
  type: ProgramType,
  slug: z.string(),
  /** The language served: what was asked for, or the nearest there is. */
  language: z.string(),
  ...viewOf(localizedFields),
  /** The description as plain text, shortened. */
  summary: z.string(),
  category: z.string().nullable(),
  cover: Cover.nullable(),
  languages: z.array(z.string()),
  slugs: z.record(z.string(), z.string()),
  releasedAt: z.string(),
  publishedAt: z.string(),
  updatedAt: z.string(),
};

/** A program as the public sees it, in one language. */
export const ProgramView = z
  .object({ ...itemFields, ...viewOf(programFields), episodeCount: z.int() })
  .meta({ id: 'PublicProgram' });
export type ProgramView = z.output<typeof ProgramView>;

const ProgramName = z.object({ id: z.string(), slug: z.string(), title: z.string(), language: z.string() });

/** An episode as the public sees it, in one language, with the name of its program. */
export const EpisodeView = z
  .object({
    ...itemFields,
    ...viewOf(episodeFields),
    programId: z.string(),
    program: ProgramName,
    kind: EpisodeKind,
    durationSeconds: z.int().nullable(),
    /** Where to play it: our own file, or the source's. `length` is bytes. */
    media: z.object({ url: z.string(), type: z.string().nullable(), length: z.int().nullable() }).nullable(),
  })
  .meta({ id: 'PublicEpisode' });
export type EpisodeView = z.output<typeof EpisodeView>;

export const ProgramViewPage = pageOf(ProgramView).meta({ id: 'PublicProgramPage' });
export const EpisodeViewPage = pageOf(EpisodeView).meta({ id: 'PublicEpisodePage' });

const highlights = z.object({ title: z.string().optional(), description: z.string().optional() });
/** A hit: a program or an episode, with `highlights` (escaped original text, only `<mark>` is markup). */
export const SearchHit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('program'), program: ProgramView, highlights }),
  z.object({ kind: z.literal('episode'), episode: EpisodeView, highlights }),
]);
export type SearchHit = z.output<typeof SearchHit>;

/** `degraded`: the search engine is away and titles that begin with the question are answered instead. */
export const SearchResult = z
  .object({
    items: z.array(SearchHit),
    total: SearchTotal,
    /** When they were asked for and could be counted. */
    facets: Facets.nullable(),
    /** A text near to the question that finds something, where the question found nothing. */
    didYouMean: z.string().nullable(),
    next: z.string().nullable(),
    degraded: z.boolean(),
  })
  .meta({ id: 'SearchResult' });
export type SearchResult = z.output<typeof SearchResult>;

/** A category in the language of the answer, with how many public programs it holds. */
const CategoryView = z
  .object({
    key: z.string(),
    parent: z.string().nullable(),
    name: z.string(),
    names: Category.shape.names,
    programCount: z.int(),
  })
  .meta({ id: 'PublicCategory' });
export const CategoryViews = z.object({ items: z.array(CategoryView) }).meta({ id: 'PublicCategories' });
