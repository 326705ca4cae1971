import type { PublicDocument, PublicText } from '@mediamesh/contracts';
import { analyze, normalizeTitle, splitGrams, stripHtml, type Stemmer, wordKeys } from '@mediamesh/text';

/** Raised with every change of what is stored of a text. Indexes of both kinds are then built anew. */
export const textLayout = 2;

/** Which texts are searched besides title and description. Of every other text it must be said. */
const isSearched: Readonly<Record<Exclude<keyof PublicText, 'title' | 'description'>, boolean>> = {
  // it says what the description says
  summary: false,
  slug: false,
  subtitle: true,
};
const searched = (Object.keys(isSearched) as (keyof typeof isSearched)[]).filter((name) => isSearched[name]);

/** One language of a document, ready to be stored. */
export interface SearchableText {
  readonly language: string;
  readonly title: string;
  /** Plain text. */
  readonly description: string;
  /** What is searched besides, as it was written. */
  readonly others: readonly string[];
  readonly titleKey: string;
  /** The words of the title, then of all the rest, one space between and around; likewise `words` and `spellings`. */
  readonly stems: string;
  readonly words: string;
  readonly spellings: string;
  readonly titleStems: string;
  /** By what each word of the title is completed, the first once more with {@link titleStart} before it. */
  readonly beginnings: string;
  /** In words. */
  readonly length: number;
  readonly titleLength: number;
}

/** Stands before the words that a title begins with. */
export const titleStart = '^';

/** What filters are compared with: one word each, kept apart from the text by its column. */
export interface FilterValues {
  readonly kind?: string | undefined;
  readonly type?: string | undefined;
  readonly category?: string | null | undefined;
  readonly language?: string | undefined;
}

/** The languages of a document as they are searched: its texts, and with each of them tags and people. */
export function readTexts(document: PublicDocument, stem: Stemmer): SearchableText[] {
  const shared = [...document.tags, ...document.people.map(({ name }) => name)];
  return Object.entries(document.localizations).map(([language, { title, description: html, ...texts }]) => {
    const description = stripHtml(html);
    const others = [...searched.flatMap((name) => texts[name] || []), ...shared];
    const [ofTitle, ofRest] = [analyze(title, stem), analyze([description, ...others].join(' . '), stem)];
    return {
      language,
      title,
      description,
      others,
      titleKey: normalizeTitle(title),
      stems: joinWords([...ofTitle.stems, ...ofRest.stems]),
      words: joinWords([...ofTitle.words, ...ofRest.words]),
      spellings: joinWords([...ofTitle.exact, ...ofRest.exact]),
      titleStems: joinWords(ofTitle.stems),
      beginnings: joinWords([
        ...ofTitle.words
          .slice(0, 1)
          .flatMap(wordKeys)
          .map((key) => `${titleStart}${key}`),
        ...ofTitle.words.flatMap(wordKeys),
      ]),
      length: ofTitle.stems.length + ofRest.stems.length,
      titleLength: ofTitle.stems.length,
    };
  });
}

/** The words by which a text in this language is filtered; a regional form also counts as its language. */
export function facetWords({ kind, type, category, language }: FilterValues): string[] {
  const [base] = language?.split('-') ?? [];
  const words = [
    kind && `k:${kind}`,
    type && `t:${type}`,
    ...withParents(category).map((key) => `c:${key}`),
    language && `l:${language}`,
    base && base !== language && `l:${base}`,
  ];
  return words.filter((word) => typeof word === 'string' && word !== '') as string[];
}

/** The same where there are beginnings of words: no word begins with a colon. */
export const beginningFacets = (facets: FilterValues): string[] => facetWords(facets).map((word) => `:${word}`);

/** Documents are spread by chance over this many samples. */
export const samples = 64;

/** The facet of a sample, which documents belong to by their ids. */
export const sampleWord = (sample: number): string => `s:${sample}`;

/** The sample that a document belongs to (FNV-1a, so that ids which differ little are spread too). */
export function sampleOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % samples;
}

/** `arts.food` also counts as `arts`, as it does where people browse. */
const withParents = (category: string | null | undefined): string[] => {
  const parts = category?.split('.') ?? [];
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
};

/** The different words of a joined text. */
export const distinctWords = (joined: string): Set<string> => new Set(joined.split(' ').filter(Boolean));

/** How many runs of three letters a joined text has: one for each letter. */
export const countLetters = (joined: string, length: number): number => Math.max(0, joined.length - length - 1);

/** The different runs of three letters of a stem. */
export const distinctGrams = (stem: string): Set<string> => new Set(splitGrams(stem));

const joinWords = (words: readonly string[]): string => (words.length === 0 ? ' ' : ` ${words.join(' ')} `);
