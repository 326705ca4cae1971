import type { DynamoDb, ItemsFound } from '@mediamesh/dynamodb';
import { compareBytes, type Selection } from './catalog-entries.js';
import { type CatalogIndex, catalogTable, type Entry } from './catalog-table.js';

/** The entries to read in one request when a filter skips some: at most about 300 kB. */
const lookedAt = 500;
/** Sorts after every continuation of a text. */
const endOfText = '\u{10FFFF}';

export interface EntryRange {
  readonly index: CatalogIndex;
  readonly descending: boolean;
  /** Continues after this place. */
  readonly after?: string | undefined;
  /** Keeps only places with this prefix. */
  readonly beginning?: string | undefined;
  readonly limit: number;
}

/** Entries in their order; `end` is the place up to which all lists were read, `undefined` at the end of the list. */
export interface Entries {
  readonly entries: Entry[];
  readonly end: string | undefined;
}

/** Merges lists of the same order, one query for each; one entry for each place, at most `limit`. */
export async function readEntries(db: DynamoDb, selection: Selection, range: EntryRange): Promise<Entries> {
  const attribute = catalogTable.localIndexes[range.index];
  const found = await Promise.all(selection.lists.map((list) => readList(db, list, selection, range)));
  const compare = (left = '', right = ''): number =>
    range.descending ? compareBytes(right, left) : compareBytes(left, right);
  // Entries beyond the end of a partly read list would be out of order.
  const ends = found.flatMap(({ last }) => (last ? [String(last[attribute])] : [])).sort(compare);
  const seen = found
    .flatMap(({ items }) => items)
    .filter((entry) => ends[0] === undefined || compare(entry[attribute], ends[0]) <= 0);
  const byPlace = new Map<string, Entry>();
  for (const entry of seen) {
    const place = entry[attribute] ?? '';
    if (entry.revision > (byPlace.get(place)?.revision ?? -1)) byPlace.set(place, entry);
  }
  const ordered = [...byPlace.values()].sort((left, right) => compare(left[attribute], right[attribute]));
  const entries = ordered.slice(0, range.limit);
  return { entries, end: ordered.length > range.limit ? entries.at(-1)?.[attribute] : ends[0] };
}

function readList(
  db: DynamoDb,
  list: string,
  selection: Selection,
  { index, descending, after, beginning, limit }: EntryRange,
): Promise<ItemsFound<Entry>> {
  const order = catalogTable.localIndexes[index];
  const filter = writeFilter(selection);
  const place =
    beginning !== undefined
      ? {
          where: ` and ${order} between :from and :to`,
          values: { ':from': after === undefined ? beginning : `${after}!`, ':to': `${beginning}${endOfText}` },
        }
      : after !== undefined
        ? { where: ` and ${order} ${descending ? '<' : '>'} :after`, values: { ':after': after } }
        : { where: '', values: {} };
  return db.query<Entry>({
    table: catalogTable.name,
    index,
    descending,
    where: `pk = :list${place.where}`,
    values: { ':list': list, ...place.values, ...filter.values },
    filter: filter.expression,
    limit: filter.expression ? Math.max(limit, lookedAt) : limit,
  });
}

function writeFilter({ needed, allowed }: Selection): {
  expression: string | undefined;
  values: Record<string, string>;
} {
  const has = (facets: readonly string[], letter: string): string[] =>
    facets.map((_, index) => `contains(facets, :${letter}${index})`);
  const parts = [...has(needed, 'n'), ...(allowed ? [`(${has(allowed, 'a').join(' or ')})`] : [])];
  const values = [
    ...needed.map((facet, index) => [`:n${index}`, facet]),
    ...(allowed ?? []).map((facet, index) => [`:a${index}`, facet]),
  ];
  return { expression: parts.join(' and ') || undefined, values: Object.fromEntries(values) as Record<string, string> };
}
