import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import type { Stemmer } from '@mediamesh/text';
import { facetWords, readTexts } from '../searchable-text.js';

/** One document or tombstone as it is written; `source` is a line of JSON. */
export interface IndexEntry {
  readonly id: string;
  readonly revision: number;
  readonly source: string;
}

/** Withdrawn documents stay as entries without texts, which no search finds, so that older revisions stay out. */
export const describeTombstone = ({ id, revision }: Tombstone): IndexEntry => ({
  id,
  revision,
  source: '{"removed":true}',
});

export function describeDocument(document: PublicDocument, stem: Stemmer): IndexEntry {
  const { id, revision, kind, type, category, releasedAt } = document;
  const read = readTexts(document, stem);
  const texts = read.map(
    ({ language, title, description, titleKey, titleStems, stems, words, spellings, beginnings }) => ({
      kind,
      language,
      languages: familyOf(language),
      title: title.toWellFormed(),
      description: description.toWellFormed(),
      titleKey,
      titleStems,
      stems,
      words,
      spellings,
      beginnings,
    }),
  );
  const others = [...new Set(read.flatMap((text) => text.others))].map((text) => text.toWellFormed());
  return {
    id,
    revision,
    source: JSON.stringify({
      id,
      removed: false,
      kind,
      type,
      category: lineageOf(category),
      releasedAt: Date.parse(releasedAt) || 0,
      others,
      texts,
    }),
  };
}

const valuesOf = (words: readonly string[]): string[] => words.map((word) => word.slice(2));

const familyOf = (language: string): string[] => valuesOf(facetWords({ language }));

const lineageOf = (category: string | null): string[] => valuesOf(facetWords({ category }));
