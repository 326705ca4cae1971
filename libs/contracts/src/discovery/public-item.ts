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
  /** The requested language, or the nearest available. */
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

export const ProgramView = z
  .object({ ...itemFields, ...viewOf(programFields), episodeCount: z.int() })
  .meta({ id: 'PublicProgram' });
export type ProgramView = z.output<typeof ProgramView>;

const ProgramName = z.object({ id: z.string(), slug: z.string(), title: z.string(), language: z.string() });

export const EpisodeView = z
  .object({
    ...itemFields,
    ...viewOf(episodeFields),
    programId: z.string(),
    program: ProgramName,
    kind: EpisodeKind,
    durationSeconds: z.int().nullable(),
    /** Our own file, or the source's. `length` is in bytes. */
    media: z.object({ url: z.string(), type: z.string().nullable(), length: z.int().nullable() }).nullable(),
  })
  .meta({ id: 'PublicEpisode' });
export type EpisodeView = z.output<typeof EpisodeView>;

export const ProgramViewPage = pageOf(ProgramView).meta({ id: 'PublicProgramPage' });
export const EpisodeViewPage = pageOf(EpisodeView).meta({ id: 'PublicEpisodePage' });

const highlights = z.object({ title: z.string().optional(), description: z.string().optional() });
/** `highlights` are escaped original text with `<mark>`. */
export const SearchHit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('program'), program: ProgramView, highlights }),
  z.object({ kind: z.literal('episode'), episode: EpisodeView, highlights }),
]);
export type SearchHit = z.output<typeof SearchHit>;

/** `degraded`: the search engine is unavailable, and the items are titles that start with the query. */
export const SearchResult = z
  .object({
    items: z.array(SearchHit),
    total: SearchTotal,
    /** `null` unless requested and available. */
    facets: Facets.nullable(),
    /** If the query finds nothing, a similar text that does. */
    didYouMean: z.string().nullable(),
    next: z.string().nullable(),
    degraded: z.boolean(),
  })
  .meta({ id: 'SearchResult' });
export type SearchResult = z.output<typeof SearchResult>;

/** `programCount` counts public programs. */
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
