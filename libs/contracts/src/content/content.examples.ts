import type { z } from 'zod';
import { at, ids, people, revision, texts, version } from '../kernel/world.examples.js';
import type { CreateEpisode, CreateProgram, Readiness } from './edit.js';
import type { Episode } from './episode.js';
import type { Program } from './program.js';
import type { PublicDocument, PublicFile, Tombstone } from './public-document.js';

const { program: programTexts, episode: episodeTexts, summary, slug } = texts;
const languages = ['ar', 'en'] as const;
const inBoth = <T>(of: (language: 'ar' | 'en') => T): Record<string, T> =>
  Object.fromEntries(languages.map((language) => [language, of(language)]));

export const programContent: z.input<typeof CreateProgram> = {
  type: 'podcast',
  defaultLanguage: 'ar',
  localizations: programTexts,
  category: 'society.places',
  tags: ['قهوة', 'coffee'],
  people,
  link: 'https://example.org/coffee-cup',
  order: 'serial',
};
export const episodeContent: z.input<typeof CreateEpisode> = {
  defaultLanguage: 'ar',
  localizations: episodeTexts,
  season: 1,
  number: '1',
  tags: ['اليمن'],
  people: people.slice(0, 1),
  durationSeconds: 2948,
  media: { assetId: ids.audio },
  releasedAt: at.released,
};

const origin = { title: 'editor', description: 'source', category: 'editor' } as const;
const draft = {
  status: 'draft',
  hasUnpublishedChanges: true,
  version: 1,
  createdAt: at.made,
  updatedAt: at.made,
  publishedAt: null,
  createdBy: ids.editor,
} as const;
const published = {
  status: 'published',
  hasUnpublishedChanges: false,
  version,
  updatedAt: at.published,
  publishedAt: at.published,
} as const;
const live = <T extends { localizations: Record<string, { live: boolean }> }>(item: T): T => ({
  ...item,
  ...published,
  localizations: Object.fromEntries(
    Object.entries(item.localizations).map(([language, one]) => [language, { ...one, live: true }]),
  ),
});

export const draftProgram: Program = {
  ...draft,
  id: ids.program,
  origin,
  type: 'podcast',
  defaultLanguage: 'ar',
  localizations: inBoth((language) => ({ ...programTexts[language], slug: slug.program[language], live: false })),
  category: 'society.places',
  tags: ['قهوة', 'coffee'],
  explicit: false,
  people,
  coverAssetId: null,
  link: 'https://example.org/coffee-cup',
  order: 'serial',
  releasedAt: null,
};
export const publishedProgram: Program = live({ ...draftProgram, coverAssetId: ids.cover });
export const draftEpisode: Episode = {
  ...draft,
  id: ids.episode,
  programId: ids.program,
  origin,
  defaultLanguage: 'ar',
  localizations: inBoth((language) => ({ ...episodeTexts[language], slug: slug.episode[language], live: false })),
  tags: ['اليمن'],
  explicit: false,
  people: people.slice(0, 1),
  coverAssetId: null,
  releasedAt: at.released,
  season: 1,
  number: '1',
  kind: 'full',
  durationSeconds: 2948,
  link: null,
  media: { assetId: ids.audio },
  enclosure: null,
};
export const publishedEpisode: Episode = live(draftEpisode);

/** With a change that is not yet published. */
export const changed = <T extends { version: number; hasUnpublishedChanges: boolean }>(item: T): T => ({
  ...item,
  version: version + 1,
  hasUnpublishedChanges: true,
});
export const withdrawn = <T extends Program | Episode>(item: T): T => ({
  ...item,
  status: 'unpublished',
  version: version + 1,
});

export const readiness: Readiness = {
  ready: false,
  languages: {
    ar: { ready: true, blocking: [], warnings: [] },
    en: {
      ready: false,
      blocking: [
        {
          code: 'readiness.description_missing',
          pointer: '/localizations/en/description',
          message: 'The description is missing',
        },
      ],
      warnings: [],
    },
  },
};

export const coverFile: PublicFile = {
  assetId: ids.cover,
  path: `${ids.cover}/cover.jpg`,
  type: 'image/jpeg',
  length: 184_320,
  width: 1400,
  height: 1400,
  alt: texts.alt,
};
export const audioFile: PublicFile = {
  assetId: ids.audio,
  path: `${ids.audio}/episode-1.mp3`,
  type: 'audio/mpeg',
  length: 28_311_552,
  durationSeconds: 2948,
};

const shared = {
  revision,
  type: 'podcast',
  category: 'society.places',
  defaultLanguage: 'ar',
  explicit: false,
  releasedAt: at.released,
  publishedAt: at.published,
  updatedAt: at.published,
} as const;
export const publicProgram: Extract<PublicDocument, { kind: 'program' }> = {
  ...shared,
  kind: 'program',
  id: ids.program,
  localizations: inBoth((language) => ({
    ...programTexts[language],
    summary: summary.program[language],
    slug: slug.program[language],
  })),
  formerSlugs: [{ slug: 'فنجان', language: 'ar' }],
  tags: ['قهوة', 'coffee'],
  people,
  cover: coverFile,
  link: 'https://example.org/coffee-cup',
  order: 'serial',
};
export const publicEpisode: Extract<PublicDocument, { kind: 'episode' }> = {
  ...shared,
  kind: 'episode',
  id: ids.episode,
  localizations: inBoth((language) => ({
    ...episodeTexts[language],
    summary: summary.episode[language],
    slug: slug.episode[language],
  })),
  formerSlugs: [],
  tags: ['اليمن'],
  people: people.slice(0, 1),
  cover: null,
  link: null,
  programId: ids.program,
  episodeKind: 'full',
  season: 1,
  number: '1',
  durationSeconds: 2948,
  media: audioFile,
  enclosure: null,
};
export const tombstone: Tombstone = { id: ids.episode, kind: 'episode', programId: ids.program, revision };
