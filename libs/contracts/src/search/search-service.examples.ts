import { at, ids, pageWith } from '../kernel/world.examples.js';
import type { Reindex } from './reindex.js';
import type { Facets, IndexHit, Suggestion } from './search-service.api.js';

export const highlights = {
  ar: { title: 'فنجان <mark>القهوة</mark>', description: 'حكايات عن <mark>القهوة</mark> العربية' },
  en: { title: 'The <mark>Coffee</mark> Cup', description: 'Stories of Arabic <mark>coffee</mark>' },
};
export const facets: Facets = {
  kind: [
    { value: 'program', count: 1 },
    { value: 'episode', count: 1 },
  ],
  type: [{ value: 'podcast', count: 2 }],
  category: [{ value: 'society.places', count: 2 }],
  language: [
    { value: 'ar', count: 2 },
    { value: 'en', count: 2 },
  ],
  exact: true,
};
export const suggestions = {
  ar: {
    id: ids.program,
    kind: 'program',
    language: 'ar',
    title: 'فنجان القهوة',
    highlight: '<mark>فنج</mark>ان القهوة',
  },
  en: {
    id: ids.program,
    kind: 'program',
    language: 'en',
    title: 'The Coffee Cup',
    highlight: 'The <mark>Cof</mark>fee Cup',
  },
} as const satisfies Record<string, Suggestion>;

const hit = (language: 'ar' | 'en'): IndexHit => ({
  id: ids.program,
  kind: 'program',
  language,
  score: 7.21,
  highlights: highlights[language],
});
const found = (language: 'ar' | 'en') =>
  ({ total: { value: 1, relation: 'eq' }, didYouMean: null, ...pageWith(hit(language)) }) as const;

const completed: Reindex = {
  id: ids.reindex,
  status: 'completed',
  requestedBy: `user:${ids.editor}`,
  documents: 2,
  tombstones: 1,
  total: 3,
  found: 2,
  generation: '0199d2e0-0022-7abc-8def-0123456789ab',
  error: null,
  createdAt: at.published,
  startedAt: at.published,
  finishedAt: at.imported,
};
const queued: Reindex = {
  ...completed,
  status: 'queued',
  documents: 0,
  tombstones: 0,
  total: null,
  found: null,
  generation: null,
  startedAt: null,
  finishedAt: null,
};

export const searchServiceExamples = {
  search: {
    بالعربية: { query: { q: 'قهوة', language: 'ar', facets: 'true' }, answer: { ...found('ar'), facets } },
    'In English': { query: { q: 'coffee' }, answer: { ...found('en'), facets: null } },
  },
  suggest: {
    بالعربية: { query: { q: 'فنج', language: 'ar' }, answer: { items: [suggestions.ar] } },
    'In English': { query: { q: 'cof' }, answer: { items: [suggestions.en] } },
  },
  startReindex: { 'Nothing is under way': { answer: queued } },
  listReindexes: { 'One rebuild': { answer: pageWith(completed) } },
  getReindex: {
    Completed: { params: { id: ids.reindex }, answer: completed },
    Queued: { params: { id: ids.reindex }, answer: queued },
  },
} as const;
