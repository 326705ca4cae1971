import { episodeContent, programContent } from '../content/content.examples.js';
import { EpisodeContent } from '../content/episode.js';
import { ProgramContent } from '../content/program.js';
import { ids } from '../kernel/world.examples.js';
import type { Categories } from './category.js';
import type { MetadataVersion } from './version.js';

const ofProgram: MetadataVersion = {
  id: ids.programVersion,
  kind: 'program',
  subjectId: ids.program,
  content: ProgramContent.parse(programContent),
};
const ofEpisode: MetadataVersion = {
  id: ids.episodeVersion,
  kind: 'episode',
  subjectId: ids.episode,
  content: EpisodeContent.parse(episodeContent),
};
export const categories: Categories = {
  version: 1,
  items: [
    { key: 'society', names: { ar: 'المجتمع والثقافة', en: 'Society & Culture' } },
    { key: 'society.places', parent: 'society', names: { ar: 'السفر والأماكن', en: 'Places & Travel' } },
  ],
};

export const metadataServiceExamples = {
  putVersions: {
    'One of two is refused': {
      body: {
        versions: [
          { ...ofProgram, content: programContent },
          { ...ofEpisode, content: {} },
        ],
      },
      answer: {
        results: [{ version: ofProgram }, { errors: [{ pointer: '/defaultLanguage', code: 'field.required' }] }],
      },
    },
  },
  readVersions: {
    Both: { body: { ids: [ids.programVersion, ids.episodeVersion] }, answer: { versions: [ofProgram, ofEpisode] } },
  },
  announceVocabularies: { Categories: { answer: { announced: 1 } } },
  listCategories: { 'Two of them': { answer: categories } },
} as const;
