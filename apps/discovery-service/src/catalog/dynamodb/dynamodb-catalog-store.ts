import { cutPage, type PublicDocument, type Tombstone } from '@mediamesh/contracts';
import type { DynamoDb } from '@mediamesh/dynamodb';
import type { OnModuleDestroy } from '@nestjs/common';
import {
  type CatalogEpisode,
  type CatalogFilter,
  type CatalogItem,
  type CatalogProgram,
  CatalogStore,
  type ListPart,
  type ListPosition,
  type ListRange,
  placeExpired,
  type ProgramSort,
} from '../catalog-store.js';
import {
  entriesOf,
  orderOfPrograms,
  type Selection,
  selectEpisodes,
  selectPrograms,
  selectTitles,
  slugList,
} from './catalog-entries.js';
import { type CatalogIndex, catalogTable, categoryCounts, type Entry, stateKey, type State } from './catalog-table.js';
import { writeDocument } from './document-writer.js';
import { type EntryRange, readEntries } from './entry-reader.js';
import { isShown, readItems, readStates, type PublicItem } from './item-reader.js';

/**
 * Reads of a list for one page while entries turn out to be invalid. If they do not fill the page, it is shorter than
 * its limit but has a `next`: after an interrupted write, or where a title filter skips thousands of entries.
 */
const mostRounds = 4;
/** A slug belongs to one program, or to two while it moves between them. */
const mostOfSlug = 10;
/** In entries for each request. */
const countedAtOnce = 1_000;

interface Reading {
  readonly selection: Selection;
  readonly order: Pick<EntryRange, 'index' | 'descending' | 'beginning'>;
}

/**
 * The catalogue in one DynamoDB table (ADR 16): for each item a state, the parts of its document and an entry for each
 * of its lists. Reads are strongly consistent and never scan. A page costs one query for each language of the filter
 * (at most eight; one for any) and one batch per 100 keys, or two if not all keys are known in advance. A read by ids
 * costs two rounds.
 *
 * Limits:
 * - A put is not part of the caller's transaction: it completes before the commit, or fails. An event may be handled
 *   again after its put, which then changes nothing or finishes what was interrupted.
 * - The entries of one list hold at most 10 GB, some ten million items.
 * - Titles sort by rules of our own that approximate ICU's.
 */
export class DynamoDbCatalogStore extends CatalogStore implements OnModuleDestroy {
  constructor(private readonly db: DynamoDb) {
    super();
  }

  put(document: PublicDocument | Tombstone): Promise<void> {
    return writeDocument(this.db, document);
  }

  async read(ids: readonly string[]): Promise<(CatalogItem | undefined)[]> {
    const shown = await readItems(
      this.db,
      ids.map((id) => ({ id })),
    );
    return shown.map((one) => one?.item);
  }

  async findProgramBySlug(slug: string): Promise<CatalogProgram | undefined> {
    const list = slugList(slug);
    const { items } = await this.db.query<Entry>({
      table: catalogTable.name,
      where: 'pk = :list',
      values: { ':list': list },
      limit: mostOfSlug,
    });
    const shown = await readItems(this.db, items);
    const counting = shown.filter((one) => one && entriesOf(one.item.document, 1).some(({ pk }) => pk === list));
    return counting.map((one) => one?.item).find((item) => item?.kind === 'program');
  }

  async listPrograms(filter: CatalogFilter, sort: ProgramSort, range: ListRange): Promise<ListPart<CatalogProgram>> {
    const { items, next } = await this.list({ selection: selectPrograms(filter), order: orderOfPrograms(sort) }, range);
    return { items: items.filter((item) => item.kind === 'program'), next };
  }

  async listEpisodes(
    programId: string,
    filter: CatalogFilter,
    range: ListRange,
  ): Promise<ListPart<CatalogEpisode> | undefined> {
    const program = await this.db.get<State>(catalogTable.name, stateKey(programId));
    if (!isShown(program) || program.kind !== 'program') return undefined;
    const order = program.serial
      ? ({ index: 'place', descending: false } as const)
      : ({ index: 'newest', descending: true } as const);
    // An editor may change the order between two pages.
    const [place, index = order.index] = range.after ?? [];
    if (index !== order.index) throw placeExpired();
    const { items, next } = await this.list(
      { selection: selectEpisodes(programId, filter), order },
      { limit: range.limit, after: range.after && [place ?? null] },
    );
    return { items: items.filter((item) => item.kind === 'episode'), next: next && [...next, order.index] };
  }

  async findByTitle(beginning: string, filter: CatalogFilter, range: ListRange): Promise<ListPart<CatalogItem>> {
    const selection = selectTitles(beginning, filter);
    return this.list(
      { selection, order: { index: 'place', descending: false, beginning: selection.beginning } },
      range,
    );
  }

  async countByTitle(beginning: string, filter: CatalogFilter, most: number): Promise<number> {
    const selection = selectTitles(beginning, filter);
    const order = { index: 'place', descending: false, beginning: selection.beginning } as const;
    const counted = new Set<string>();
    for (let round = 0, after: string | undefined; round < mostRounds && counted.size < most; round += 1) {
      const { entries, end } = await readEntries(this.db, selection, { ...order, after, limit: countedAtOnce });
      const states = await readStates(
        this.db,
        entries.flatMap(({ id, program }) => [id, program]),
      );
      for (const entry of entries) {
        if (
          isFirstTitle(entry, selection.beginning) &&
          states.get(entry.id)?.revision === entry.revision &&
          isShown(states.get(entry.program))
        )
          counted.add(entry.id);
      }
      if (end === undefined) break;
      after = end;
    }
    return Math.min(most, counted.size);
  }

  async countProgramsByCategory(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (let after = ' ', isMore = true; isMore;) {
      const { items, last } = await this.db.query<{ sk: string; programs: number }>({
        table: catalogTable.name,
        where: 'pk = :counts and sk > :after',
        values: { ':counts': categoryCounts, ':after': after },
      });
      for (const { sk, programs } of items) if (programs > 0) counts.set(sk, programs);
      isMore = last !== undefined;
      after = String(last?.['sk']);
    }
    return counts;
  }

  onModuleDestroy(): Promise<void> {
    return this.db.close();
  }

  private async list(reading: Reading, { after, limit }: ListRange): Promise<ListPart<CatalogItem>> {
    const { selection, order } = reading;
    if (after && after.length !== 1) throw placeExpired();
    if (selection.lists.length === 0) return { items: [], next: undefined };
    const listed = new Map<string, { item: CatalogItem; place: string }>();
    let place = after && String(after[0]);
    for (let round = 0, isMore = true; isMore && round < mostRounds && listed.size <= limit; round += 1) {
      const { entries, end } = await readEntries(this.db, selection, {
        ...order,
        after: place,
        limit: limit + 1 - listed.size,
      });
      const counting = entries.filter((entry) => order.beginning === undefined || isFirstTitle(entry, order.beginning));
      const shown = await readItems(this.db, counting);
      for (const [index, entry] of counting.entries()) {
        const one = shown[index];
        if (one && countsStill(one, entry, reading) && !listed.has(entry.id))
          listed.set(entry.id, { item: one.item, place: placeOf(entry, order.index) });
      }
      isMore = end !== undefined;
      place = end;
    }
    const { items, last } = cutPage([...listed.values()], limit);
    const end = last ? last.place : place;
    return {
      items: items.map(({ item }) => item),
      next: end === undefined ? undefined : ([end] satisfies ListPosition),
    };
  }
}

const placeOf = (entry: Entry, index: CatalogIndex): string => entry[catalogTable.localIndexes[index]] ?? '';

/** Counts an item only by the first of its matching titles. */
const isFirstTitle = ({ earlier = [] }: Entry, beginning: string): boolean =>
  !earlier.some((title) => title.startsWith(beginning));

/** Whether an entry is current: its revision is public, or the public revision has an entry at the same place. */
function countsStill(
  { item: { document }, revision }: PublicItem,
  entry: Entry,
  { selection: { needed, allowed }, order: { index, beginning } }: Reading,
): boolean {
  if (entry.revision === revision) return true;
  const own = entriesOf(document, entry.parts).find(
    (one) => one.pk === entry.pk && placeOf(one, index) === placeOf(entry, index),
  );
  return (
    own !== undefined &&
    (beginning === undefined || isFirstTitle(own, beginning)) &&
    needed.every((facet) => own.facets.has(facet)) &&
    (allowed?.some((facet) => own.facets.has(facet)) ?? true)
  );
}
