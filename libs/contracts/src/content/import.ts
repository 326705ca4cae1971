import { z } from 'zod';
import { Id } from '../kernel/fields.js';
import { type EpisodeContent } from './episode.js';
import { ProgramContent } from './program.js';

/** In items. */
export const maximumImportBatch = 200;

/** The source's own key of an item, unique within the source. */
const OriginKey = z.string().min(1).max(500);

/** The result for one item; `changed` even if only fields that the source still owns differ. */
export const ImportOutcome = z.enum(['new', 'changed', 'unchanged', 'failed']);
export type ImportOutcome = z.output<typeof ImportOutcome>;

/** `pointer` points into the item's content. */
const ImportError = z.object({ pointer: z.string(), code: z.string() });

/**
 * Upserts the source's program, found by `key` or by `programId`: only fields the source owns change. Invalid content
 * refuses the whole call (422).
 */
export const ImportProgram = z
  .strictObject({ key: OriginKey, programId: Id.optional(), content: ProgramContent, publish: z.boolean() })
  .meta({ id: 'ImportProgram' });
export type ImportProgram = z.output<typeof ImportProgram>;
export const ImportedProgram = z
  .object({ programId: z.string(), outcome: ImportOutcome, published: z.boolean(), codes: z.array(z.string()) })
  .meta({ id: 'ImportedProgram' });
export type ImportedProgram = z.output<typeof ImportedProgram>;

/** `content` is validated for each item: an invalid one fails alone. */
export const ImportEpisodes = z
  .strictObject({
    programId: Id,
    publish: z.boolean(),
    items: z
      .array(z.strictObject({ key: OriginKey, content: z.unknown() }))
      .min(1)
      .max(maximumImportBatch),
  })
  .meta({ id: 'ImportEpisodes' });
export type ImportEpisodes = z.output<typeof ImportEpisodes>;

export const ImportedEpisode = z.object({
  key: z.string(),
  outcome: ImportOutcome,
  episodeId: z.string().nullable(),
  published: z.boolean(),
  /** Warnings such as `episode.number_taken`, why it stays a draft, or why it failed. */
  codes: z.array(z.string()),
  errors: z.array(ImportError),
});
export type ImportedEpisode = z.output<typeof ImportedEpisode>;
/** In the order of the items sent. */
export const ImportedEpisodes = z.object({ results: z.array(ImportedEpisode) }).meta({ id: 'ImportedEpisodes' });
export type ImportedEpisodes = z.output<typeof ImportedEpisodes>;

// The valid type of `content` in `ImportEpisodes`, whose schema leaves it open.
export type ImportedContent = z.input<typeof EpisodeContent>;

/** Sets covers fetched after a run, by key; a cover that an editor owns stays. */
export const ImportCovers = z
  .strictObject({
    covers: z
      .array(z.strictObject({ key: OriginKey, assetId: Id }))
      .min(1)
      .max(maximumImportBatch),
    publish: z.boolean(),
  })
  .meta({ id: 'ImportCovers' });
export type ImportCovers = z.output<typeof ImportCovers>;
