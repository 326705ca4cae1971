import type { PublicDocument, PublicText } from '@mediamesh/contracts';
import { analyze, normalizeTitle, splitGrams, stripHtml, type Stemmer, wordKeys } from '@mediamesh/text';

/** Raised with every change of what is stored of a text. Indexes of both kinds are then rebuilt. */
export const textLayout = 2;

/** Texts searched besides title and description. The type forces a decision for every new text. */
const isSearched: Readonly<Record<Exclude<keyof PublicText, 'title' | 'description'>, boolean>> = {
  // it repeats the description
  summary: false,
  slug: false,
  subtitle: true,
};
const searched = (Object.keys(isSearched) as (keyof typeof isSearched)[]).filter((name) => isSearched[name]);

export interface SearchableText {
  readonly language: string;
  readonly title: string;
  readonly description: string;
  /** The other searched texts, unchanged. */
  readonly others: readonly string[];
  readonly titleKey: string;
  /** Words of the title, then of the rest, each between single spaces; likewise `words` and `spellings`. */
  readonly stems: string;
  readonly words: string;
  readonly spellings: string;
  readonly titleStems: string;
  /** Completion keys of the title's words; those of the first also prefixed with {@link titleStart}. */
  readonly beginnings: string;
  /** In words. */
  readonly length: number;
  readonly titleLength: number;
}

/** Prefix of the keys that a title starts with. */
export const titleStart = '^';

/** Filter values, stored as one word each in a column of their own. */
export interface FilterValues {
  readonly kind?: string | undefined;
  readonly type?: string | undefined;
  readonly category?: string | null | undefined;
  readonly language?: string | undefined;
}

/** The texts of a document by language, each with its tags and people. */
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

/** The filter words of a text; a regional language also counts as its base. */
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

/** The filter words in the table of beginnings: no typed word starts with a colon. */
export const beginningFacets = (facets: FilterValues): string[] => facetWords(facets).map((word) => `:${word}`);

/** Number of samples that documents are spread over by hash. */
export const samples = 64;

export const sampleWord = (sample: number): string => `s:${sample}`;

/** FNV-1a, so that similar ids are spread too. */
export function sampleOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % samples;
}

/** `arts.food` also counts as `arts`, as it does when people browse. */
const withParents = (category: string | null | undefined): string[] => {
  const parts = category?.split('.') ?? [];
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
};

export const distinctWords = (joined: string): Set<string> => new Set(joined.split(' ').filter(Boolean));

/** Number of trigrams in a joined text: one for each letter. */
export const countLetters = (joined: string, length: number): number => Math.max(0, joined.length - length - 1);

export const distinctGrams = (stem: string): Set<string> => new Set(splitGrams(stem));

const joinWords = (words: readonly string[]): string => (words.length === 0 ? ' ' : ` ${words.join(' ')} `);
