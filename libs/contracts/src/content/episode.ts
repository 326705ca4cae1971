import { z } from 'zod';
import { withCode } from '../kernel/fields.js';
import { columnOf } from './field.js';
import { episodeFields } from './fields.js';
import { defaultLanguagePresent, languageFields, stateFields } from './program.js';

const oneFile = (content: { media?: unknown; enclosure?: unknown }): boolean => !(content.media && content.enclosure);

/** The content of an episode; each stored version is immutable. */
export const EpisodeContent = z
  .strictObject({ ...languageFields, ...columnOf(episodeFields, 'kept') })
  .refine(defaultLanguagePresent.check, defaultLanguagePresent.options)
  .refine(oneFile, { ...withCode('episode.media_and_enclosure'), path: ['enclosure'] })
  .meta({ id: 'EpisodeContent' });
export type EpisodeContent = z.output<typeof EpisodeContent>;

export const Episode = z
  .object({ ...stateFields, programId: z.string(), ...columnOf(episodeFields, 'read') })
  .meta({ id: 'Episode' });
export type Episode = z.output<typeof Episode>;
