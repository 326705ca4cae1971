import { z } from 'zod';
import { Id } from '../kernel/fields.js';
import { type EpisodeContent } from './episode.js';
import { ProgramContent } from './program.js';

/** How many items one batch may hold. */
export const maximumImportBatch = 200;

/** A source's key of an item; unique within the source. */
const OriginKey = z.string().min(1).max(500);

/** What became of one item. `changed` also when only fields the source still owns differ. */
export const ImportOutcome = z.enum(['new', 'changed', 'unchanged', 'failed']);
export type ImportOutcome = z.output<typeof ImportOutcome>;

/** What is wrong with an item that failed, as pointers into its content. */
const ImportError = z.object({ pointer: z.string(), code: z.string() });

/**
 * Finds the source's program by `key`, or the named `programId`, and brings the fields the source owns up to date;
 * makes it when there is none. `content` is checked like an editor's; a refusal is a 422 of the whole call.
 */
export const ImportProgram = z
  .strictObject({ key: OriginKey, programId: Id.optional(), content: ProgramContent, publish: z.boolean() })
  .meta({ id: 'ImportProgram' });
export type ImportProgram = z.output<typeof ImportProgram>;
export const ImportedProgram = z
  .object({ programId: z.string(), outcome: ImportOutcome, published: z.boolean(), codes: z.array(z.string()) })
  .meta({ id: 'ImportedProgram' });
export type ImportedProgram = z.output<typeof ImportedProgram>;

/** `content` is checked item by item: one that is not valid fails alone, with pointers. */
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
  /** Warnings such as `episode.number_taken`, what kept it a draft, or why it failed. */
  codes: z.array(z.string()),
  errors: z.array(ImportError),
});
export type ImportedEpisode = z.output<typeof ImportedEpisode>;
/** One result for each item, in the order sent. */
export const ImportedEpisodes = z.object({ results: z.array(ImportedEpisode) }).meta({ id: 'ImportedEpisodes' });
export type ImportedEpisodes = z.output<typeof ImportedEpisodes>;

// re-exported shapes keep the import of a batch typed at its caller
export type ImportedContent = z.input<typeof EpisodeContent>;

/**
 * Covers that were fetched after a run: each becomes the source's cover of the item with this key, unless an editor
 * owns the field.
 */
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
