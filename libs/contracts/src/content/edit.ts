import { z } from 'zod';
import { Language, line } from '../kernel/fields.js';
import { pageOf, pageQuery } from '../kernel/page.js';
import { Episode, EpisodeContent } from './episode.js';
import { columnOf } from './field.js';
import { episodeFields, localizedFields, programFields } from './fields.js';
import { byFewLanguages, ContentStatus, maximumLanguages, Program, ProgramContent } from './program.js';
import { CategoryKey, ProgramType } from './values.js';

export const CreateProgram = ProgramContent.meta({ id: 'CreateProgram' });
export type CreateProgram = z.output<typeof CreateProgram>;

export const CreateEpisode = EpisodeContent.meta({ id: 'CreateEpisode' });
export type CreateEpisode = z.output<typeof CreateEpisode>;

const languagePatch = {
  defaultLanguage: Language.optional(),
  localizations: byFewLanguages(z.strictObject(columnOf(localizedFields, 'patch')).nullable()).optional(),
};

/** A merge patch (RFC 7396): `null` removes a value. */
export const PatchProgram = z
  .strictObject({ ...languagePatch, ...columnOf(programFields, 'patch') })
  .meta({ id: 'PatchProgram' });
export type PatchProgram = z.output<typeof PatchProgram>;

export const PatchEpisode = z
  .strictObject({ ...languagePatch, ...columnOf(episodeFields, 'patch') })
  .meta({ id: 'PatchEpisode' });
export type PatchEpisode = z.output<typeof PatchEpisode>;

/** Without `languages`, all languages of the working version are published, or all live ones unpublished. */
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
/** What is missing, by language. `blocking` prevents publishing, `warnings` do not. */
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
