import { z } from 'zod';
import { byLanguage, Id, Language, withCode } from '../kernel/fields.js';
import { columnOf } from './field.js';
import { localizedFields, programFields } from './fields.js';

/** Derived from the live languages. */
export const ContentStatus = z.enum(['draft', 'published', 'unpublished']);
export type ContentStatus = z.output<typeof ContentStatus>;

/** The owner of a field: an edit makes it the editor's, and imports no longer change it. */
export const Origin = z.enum(['editor', 'source']);
export type Origin = z.output<typeof Origin>;

export const maximumLanguages = 20;

/** A record with at most {@link maximumLanguages} languages. */
export const byFewLanguages = <T extends z.ZodType>(value: T) =>
  byLanguage(value).refine((entries) => Object.keys(entries).length <= maximumLanguages, withCode('field.too_long'));

/** A draft may lack titles. */
export const languageFields = {
  defaultLanguage: Language,
  localizations: byFewLanguages(z.strictObject(columnOf(localizedFields, 'kept'))),
};

const hasDefault = (content: { defaultLanguage: string; localizations: Record<string, unknown> }): boolean =>
  Object.hasOwn(content.localizations, content.defaultLanguage);
export const defaultLanguagePresent = {
  check: hasDefault,
  options: { ...withCode('program.default_language_missing'), path: ['localizations'] },
};

/** The content of a program; each stored version is immutable. */
export const ProgramContent = z
  .strictObject({ ...languageFields, ...columnOf(programFields, 'kept') })
  .refine(defaultLanguagePresent.check, defaultLanguagePresent.options)
  .meta({ id: 'ProgramContent' });
export type ProgramContent = z.output<typeof ProgramContent>;

/** The state and texts of an item, for editors. A `live` language is public. */
export const stateFields = {
  id: Id,
  status: ContentStatus,
  hasUnpublishedChanges: z.boolean(),
  origin: z.record(z.string(), Origin),
  /** Increases by one with every change of an editor or an import; also the ETag. */
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  publishedAt: z.string().nullable(),
  createdBy: z.string().nullable(),
  defaultLanguage: z.string(),
  localizations: z.record(
    z.string(),
    z.object(columnOf(localizedFields, 'read')).partial().extend({ live: z.boolean() }),
  ),
};

export const Program = z.object({ ...stateFields, ...columnOf(programFields, 'read') }).meta({ id: 'Program' });
export type Program = z.output<typeof Program>;
