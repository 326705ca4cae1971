import { describe, expect, it } from '@jest/globals';
import { EpisodeView, ProgramView } from '../discovery/public-item.js';
import { EpisodeContent, Episode } from './episode.js';
import { PatchEpisode, PatchProgram } from './edit.js';
import type { Fields } from './field.js';
import { episodeFields, localizedFields, programFields } from './fields.js';
import { Program, ProgramContent } from './program.js';
import { PublicEpisode, PublicProgram } from './public-document.js';

const namesOf = (shape: object): string[] => Object.keys(shape);
const languages = ['defaultLanguage', 'localizations'];
const textsOf = (shape: object): string[] =>
  namesOf((shape as { localizations: { valueType: { shape: object } } }).localizations.valueType.shape);

const items = [
  { name: 'program', fields: programFields, kept: ProgramContent, patch: PatchProgram, read: Program },
  { name: 'episode', fields: episodeFields, kept: EpisodeContent, patch: PatchEpisode, read: Episode },
] as const;

describe.each(items)('every field of a $name', ({ fields, kept, patch, read }) => {
  it('is kept, and nothing else is', () => {
    expect(namesOf(kept.shape).sort()).toEqual([...namesOf(fields), ...languages].sort());
    expect(textsOf(kept.shape)).toEqual(namesOf(localizedFields));
  });

  it('can be patched', () => {
    expect(namesOf(patch.shape).sort()).toEqual([...namesOf(fields), ...languages].sort());
  });

  it('is read by editors', () => {
    expect(namesOf(read.shape)).toEqual(expect.arrayContaining(namesOf(fields)));
    expect(textsOf(read.shape)).toEqual(expect.arrayContaining(namesOf(localizedFields)));
  });
});

/** What is public of a table, by its names in a document. */
const publicNames = (fields: Fields): string[] =>
  Object.entries(fields).flatMap(([name, { public: seen }]) =>
    typeof seen === 'object' ? [seen.as] : seen === 'never' ? [] : [name],
  );

/** What of a document only says how to show it. */
const unseen = ['kind', 'revision', 'defaultLanguage', 'localizations', 'formerSlugs'];

describe.each([
  { name: 'program', fields: programFields, document: PublicProgram, view: ProgramView, others: unseen },
  {
    name: 'episode',
    fields: episodeFields,
    document: PublicEpisode,
    view: EpisodeView,
    // The public's `kind` is the episode's, and `media` is the enclosure where there is no file of our own.
    others: [...unseen.slice(1), 'episodeKind', 'enclosure'],
  },
])('what is public of a $name', ({ fields, document, view, others }) => {
  it('is in the public document', () => {
    expect(namesOf(document.shape)).toEqual(expect.arrayContaining(publicNames(fields)));
    expect(textsOf(document.shape)).toEqual(expect.arrayContaining(publicNames(localizedFields)));
  });

  it('is shown to the public', () => {
    const shown = new Set(namesOf(view.shape));
    expect(namesOf(document.shape).filter((name) => !shown.has(name))).toEqual(
      namesOf(document.shape).filter((name) => others.includes(name)),
    );
    expect([...shown]).toEqual(expect.arrayContaining(textsOf(document.shape)));
  });
});
