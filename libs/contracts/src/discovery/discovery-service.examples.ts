import { coverFile, publicEpisode, publicProgram } from '../content/content.examples.js';
import { publicReaderOf } from '../content/field.js';
import { localizedFields } from '../content/fields.js';
import type { PublicDocument } from '../content/public-document.js';
import { ids, pageWith, texts } from '../kernel/world.examples.js';
import { categories } from '../metadata/metadata-service.examples.js';
import { facets, highlights, suggestions } from '../search/search-service.examples.js';
import type { EpisodeView, ProgramView, SearchHit, SearchResult } from './public-item.js';

type Script = 'ar' | 'en';

const media = 'http://127.0.0.1:8080/media';

function view({ id, type, category, tags, people, explicit, link, ...document }: PublicDocument, language: Script) {
  const { releasedAt, publishedAt, updatedAt, localizations } = document;
  const slugs = Object.fromEntries(Object.entries(localizations).map(([name, { slug }]) => [name, slug]));
  const said = localizations[language] ?? { title: '', description: '', summary: '', slug: '' };
  return {
    ...{ id, type, language, category, tags, people, explicit, link, releasedAt, publishedAt, updatedAt, slugs },
    ...publicReaderOf(localizedFields)(said),
    summary: said.summary,
    slug: said.slug,
    cover: document.cover && {
      url: `${media}/${coverFile.path}`,
      width: 1400,
      height: 1400,
      alt: texts.alt[language],
      variants: [],
    },
    languages: Object.keys(localizations),
  };
}
const program = (language: Script): ProgramView => ({
  ...view(publicProgram, language),
  order: 'serial',
  episodeCount: 1,
});
const episode = (language: Script): EpisodeView => ({
  ...view(publicEpisode, language),
  programId: ids.program,
  program: {
    id: ids.program,
    slug: texts.slug.program[language],
    title: texts.program[language].title,
    language,
  },
  kind: 'full',
  season: 1,
  number: '1',
  durationSeconds: 2948,
  media: { url: `${media}/${ids.audio}/episode-1.mp3`, type: 'audio/mpeg', length: 28_311_552 },
});
const found = (items: SearchHit[], rest: Partial<SearchResult> = {}): SearchResult => ({
  items,
  total: { value: items.length, relation: 'eq' },
  facets: null,
  didYouMean: null,
  next: null,
  degraded: false,
  ...rest,
});
const names = (language: Script) => ({
  items: categories.items.map(({ key, parent, names: all }) => ({
    key,
    parent: parent ?? null,
    name: all[language],
    names: all,
    programCount: 1,
  })),
});

export const discoveryServiceExamples = {
  search: {
    بالعربية: {
      query: { q: 'قهوة', lang: 'ar', facets: 'true' },
      answer: found([{ kind: 'program', program: program('ar'), highlights: highlights.ar }], { facets }),
    },
    'In English': {
      query: { q: 'coffee', lang: 'en' },
      answer: found([
        { kind: 'episode', episode: episode('en'), highlights: { description: highlights.en.description } },
      ]),
    },
  },
  suggest: {
    بالعربية: { query: { q: 'فنج' }, answer: { items: [suggestions.ar], degraded: false } },
    'In English': { query: { q: 'cof' }, answer: { items: [suggestions.en], degraded: false } },
  },
  listPrograms: {
    'In English, newest first': { query: { lang: 'en', sort: 'newest' }, answer: pageWith(program('en')) },
    'بالعربية، مرتبة بالعنوان': { query: { lang: 'ar', sort: 'title' }, answer: pageWith(program('ar')) },
  },
  getProgram: {
    'By its Arabic slug': {
      params: { idOrSlug: texts.slug.program.ar },
      query: { lang: 'ar' },
      answer: program('ar'),
    },
    'By its id, in English': { params: { idOrSlug: ids.program }, query: { lang: 'en' }, answer: program('en') },
  },
  listEpisodes: {
    بالعربية: { params: { id: ids.program }, query: { lang: 'ar' }, answer: pageWith(episode('ar')) },
    'In English': { params: { id: ids.program }, query: { lang: 'en' }, answer: pageWith(episode('en')) },
  },
  getEpisode: {
    بالعربية: { params: { id: ids.episode }, query: { lang: 'ar' }, answer: episode('ar') },
    'In English': { params: { id: ids.episode }, query: { lang: 'en' }, answer: episode('en') },
  },
  listCategories: {
    بالعربية: { query: { lang: 'ar' }, answer: names('ar') },
    'In English': { query: { lang: 'en' }, answer: names('en') },
  },
} as const;
