import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { highlightTyped, readTyped, type TypedWords } from '@mediamesh/text';
import type { Suggestion } from '../search-index.js';
import { allOf, anyBeginning, anyOf } from './fts-match.js';
import { placeOf } from './row-numbers.js';
import { beginningFacets, titleStart } from '../searchable-text.js';

/** Whole words that count; a longer text does not complete a title. */
const wholeWords = 8;

/** Completes typed text to titles. The index of word beginnings is read newest first, and no further than needed. */
export class Suggester {
  private readonly rows: StatementSync;
  private readonly title: StatementSync;

  constructor(database: DatabaseSync) {
    this.rows = database.prepare('select rowid as row from beginnings where beginnings match ? order by rowid desc');
    this.title = database.prepare('select id, kind, language, title from texts where row = ?');
  }

  suggest(
    text: string,
    { language, limit }: { readonly language?: string | undefined; readonly limit: number },
  ): readonly Suggestion[] {
    const typed = readTyped(text);
    if (!typed) return [];
    const titles = this.findRows(listMatches(typed, language), limit).map(
      (row) => this.title.get(row) as unknown as Omit<Suggestion, 'highlight'>,
    );
    return titles.map((found) => ({ ...found, highlight: highlightTyped(found.title, typed) }));
  }

  /** One row per document: its best match, first language. Its rows are adjacent, the last language first. */
  private findRows(matches: readonly string[], limit: number): number[] {
    const places = new Set<number>();
    const rows: number[] = [];
    for (const match of matches) {
      let current: number | undefined;
      for (const { row } of this.rows.iterate(match) as Iterable<{ row: number }>) {
        const place = placeOf(row);
        if (place === current) rows[rows.length - 1] = row;
        else if (places.has(place)) current = undefined;
        else if (places.size === limit) return rows;
        else {
          places.add(place);
          rows.push(row);
          current = place;
        }
      }
    }
    return rows;
  }
}

/** Best first: title start, then the spelling typed before the one without article, then programs. */
function listMatches({ whole, beginning }: TypedWords, language: string | undefined): string[] {
  const words = whole.slice(0, wholeWords);
  const later = [...words.slice(1).map(anyOf), ...(words.length > 0 ? [anyBeginning(beginning)] : [])];
  const facets = language === undefined ? [] : [allOf(beginningFacets({ language }).slice(0, 1))];
  const first = words[0] ?? beginning;
  const match = words.length > 0 ? anyOf : anyBeginning;
  return [titleStart, ''].flatMap((start) =>
    first.flatMap((spelling) => {
      const parts = [match([`${start}${spelling}`]), ...later, ...facets].map((part) => `(${part})`);
      return [[...parts, allOf(beginningFacets({ kind: 'program' }))], parts].map((all) => all.join(' AND '));
    }),
  );
}
