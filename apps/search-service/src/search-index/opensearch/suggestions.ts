import { highlightTyped, readTyped, type TypedWords } from '@mediamesh/text';
import type { Suggestions } from '../search-index.js';
import { titleStart } from '../searchable-text.js';
import { textOf } from './answers.js';
import type { OpenSearchEngine } from './engine.js';
import { findLive } from './live-indexes.js';
import { bestFirst, searchLive, withBestText } from './searches.js';
import { inTexts } from './text-query.js';

export interface SuggestionRequest {
  readonly engine: OpenSearchEngine;
  readonly alias: string;
  readonly language?: string | undefined;
  readonly limit: number;
}

/** Whole words that count; a longer text does not complete a title. */
const wholeWords = 8;

/** Ranked by title start, then the spelling typed before the one without article, then programs, then newest. */
export async function findSuggestions(
  text: string,
  { engine, alias, language, limit }: SuggestionRequest,
): Promise<Suggestions> {
  const typed = readTyped(text);
  if (!typed) return { titles: [], generation: (await findLive(engine, alias)).generation };
  const body = {
    size: limit,
    _source: false,
    track_total_hits: false,
    query: {
      bool: {
        must: [inTexts({ dis_max: { queries: listMatches(typed) } }, language, withBestText)],
        should: [{ constant_score: { filter: { term: { kind: 'program' } }, boost: 1 } }],
      },
    },
    sort: bestFirst,
  };
  const { answer, generation } = await searchLive(engine, alias, body);
  const titles = answer.hits.hits.flatMap((hit) => {
    const found = textOf(hit);
    return found
      ? [
          {
            id: hit._id,
            kind: found.kind,
            language: found.language,
            title: found.title,
            highlight: highlightTyped(found.title, typed),
          },
        ]
      : [];
  });
  return { titles, generation };
}

/** Each way to match scores two more than the next, so that the one point of a program only decides ties. */
function listMatches({ whole, beginning }: TypedWords): object[] {
  const words = whole.slice(0, wholeWords);
  const later = [...words.slice(1).map(anyOf), ...(words.length > 0 ? [anyBeginning(beginning)] : [])];
  const first = words[0] ?? beginning;
  const match = words.length > 0 ? anyOf : anyBeginning;
  const ways = [titleStart, ''].flatMap((start) => first.map((spelling) => [match([`${start}${spelling}`]), ...later]));
  return ways.map((filter, at) => ({
    constant_score: { filter: { bool: { filter } }, boost: (ways.length - at) * 2 },
  }));
}

const anyOf = (words: readonly string[]): object => ({ terms: { 'texts.beginnings': words } });

const anyBeginning = (beginnings: readonly string[]): object => ({
  bool: { should: beginnings.map((value) => ({ prefix: { 'texts.beginnings': { value } } })) },
});
