import { ids, pageWith, version } from '../kernel/world.examples.js';
import {
  changed,
  draftEpisode,
  draftProgram,
  episodeContent,
  programContent,
  publicEpisode,
  publicProgram,
  publishedEpisode,
  publishedProgram,
  readiness,
  tombstone,
  withdrawn,
} from './content.examples.js';

const program = { params: { id: ids.program } };
const episode = { params: { id: ids.episode } };
const source = { params: { id: ids.source } };
const ifMatch = version;
const draftWithCover = { ...draftProgram, coverAssetId: ids.cover, version: 2 };
const key = 'https://example.org/coffee-cup/1';

export const cmsServiceExamples = {
  listPrograms: {
    'By an Arabic title': { query: { q: 'قهوة' }, answer: pageWith(publishedProgram) },
    'By an English title': { query: { q: 'coffee' }, answer: pageWith(publishedProgram) },
  },
  createProgram: {
    'In both languages': { body: programContent, answer: draftProgram },
    'Least of all': {
      body: { type: 'podcast', defaultLanguage: 'ar', localizations: { ar: { title: 'فنجان القهوة' } } },
      answer: {
        ...draftProgram,
        localizations: { ar: { title: 'فنجان القهوة', slug: 'فنجان-القهوة', live: false } },
        category: null,
        tags: [],
        people: [],
        link: null,
        order: 'newest_first',
      },
    },
  },
  getProgram: { Published: { ...program, answer: publishedProgram } },
  patchProgram: {
    'A new English title, and no link': {
      ...program,
      ifMatch,
      body: { localizations: { en: { title: 'The Coffee Cup' } }, link: null },
      answer: changed({ ...publishedProgram, link: null }),
    },
    'Its cover': { ...program, ifMatch: 1, body: { coverAssetId: ids.cover }, answer: draftWithCover },
    'عنوان عربي جديد': {
      ...program,
      ifMatch,
      body: { localizations: { ar: { title: 'فنجان القهوة' } } },
      answer: changed(publishedProgram),
    },
  },
  deleteProgram: { 'Move to the trash': { ...program, ifMatch } },
  publishProgram: {
    'All languages': { ...program, ifMatch: 2, body: {}, answer: publishedProgram },
    'Arabic only': { ...program, ifMatch: 2, body: { languages: ['ar'] }, answer: publishedProgram },
  },
  unpublishProgram: { 'All languages': { ...program, ifMatch, body: {}, answer: withdrawn(publishedProgram) } },
  programReadiness: { 'English lacks a description': { ...program, answer: readiness } },

  listEpisodes: { Published: { ...program, query: { status: 'published' }, answer: pageWith(publishedEpisode) } },
  createEpisode: { 'In both languages': { ...program, body: episodeContent, answer: draftEpisode } },
  getEpisode: { Published: { ...episode, answer: publishedEpisode } },
  patchEpisode: {
    'A title in each language': {
      ...episode,
      ifMatch,
      body: {
        localizations: { ar: { title: 'من اليمن إلى العالم' }, en: { title: 'From Yemen to the world' } },
        number: '1',
      },
      answer: changed(publishedEpisode),
    },
  },
  deleteEpisode: { 'Move to the trash': { ...episode, ifMatch } },
  publishEpisode: { 'All languages': { ...episode, ifMatch: 2, body: {}, answer: publishedEpisode } },
  unpublishEpisode: {
    'English only': { ...episode, ifMatch, body: { languages: ['en'] }, answer: withdrawn(publishedEpisode) },
  },
  episodeReadiness: { 'English lacks a description': { ...episode, answer: readiness } },

  importProgram: {
    'From a feed': {
      ...source,
      body: { key: 'https://example.org/coffee-cup', content: programContent, publish: true },
      answer: { programId: ids.program, outcome: 'new', published: true, codes: [] },
    },
  },
  importEpisodes: {
    'One of two is not valid': {
      ...source,
      body: {
        programId: ids.program,
        publish: true,
        items: [
          { key, content: episodeContent },
          { key: 'untitled', content: { defaultLanguage: 'ar' } },
        ],
      },
      answer: {
        results: [
          { key, outcome: 'new', episodeId: ids.episode, published: true, codes: [], errors: [] },
          {
            key: 'untitled',
            outcome: 'failed',
            episodeId: null,
            published: false,
            codes: ['field.required'],
            errors: [{ pointer: '/localizations', code: 'field.required' }],
          },
        ],
      },
    },
  },
  importCovers: { 'One cover': { ...source, body: { covers: [{ key, assetId: ids.cover }], publish: true } } },

  listPublicDocuments: {
    'A document and a tombstone': {
      query: { limit: 2 },
      answer: { items: [{ document: publicProgram }, { tombstone }], next: ids.episode },
    },
    'The last page': { query: { limit: 200 }, answer: pageWith({ document: publicEpisode }) },
  },
  countPublicDocuments: { Both: { answer: { documents: 2, tombstones: 1 } } },
  announcePublicDocuments: { 'The first page': { query: { limit: 200 }, answer: { announced: 3, next: null } } },
  unreferencedVersions: {
    'One of two': { body: { ids: [ids.programVersion, ids.episodeVersion] }, answer: { ids: [ids.episodeVersion] } },
  },
} as const;
