import {
  cutPage,
  type PublicDocument,
  type PublicEpisode,
  type PublicProgram,
  type Tombstone,
} from '@mediamesh/contracts';
import { foldSlug } from '@mediamesh/text';
import { Database, type EntityManager, execute } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { serialKey, titleBeginning, titleKey } from './catalog-keys.js';
import { putStatement, rowOf, titlesOf } from './catalog-rows.js';
import {
  type CatalogEpisode,
  type CatalogFilter,
  type CatalogItem,
  type CatalogProgram,
  CatalogStore,
  type ListPart,
  type ListPosition,
  type ListRange,
  type ProgramNames,
  type ProgramSort,
} from './catalog-store.js';
import { Conditions, type SortKey } from './conditions.js';

interface ProgramRow {
  readonly document: PublicProgram;
  readonly names?: null;
  readonly episodes: number;
}

interface EpisodeRow {
  readonly document: PublicEpisode;
  readonly names: ProgramNames;
}

const newestKeys: readonly SortKey[] = [
  ['released_at', 'timestamptz'],
  ['id', 'uuid'],
];
const serialKeys: readonly SortKey[] = [['season', 'integer'], ['number', 'numeric'], ...newestKeys];
const episodeCount = `(select count(*) from episodes e where e.program_id = p.id and e.document is not null)`;

/** The catalogue in the service's database. A page costs one or two statements, a put one in the transaction `tx`. */
@Injectable()
export class PostgresCatalogStore extends CatalogStore {
  constructor(private readonly database: Database) {
    super();
  }

  async put(document: PublicDocument | Tombstone, tx: EntityManager): Promise<void> {
    const { table, row } = rowOf(document);
    const { programId, facets, folded } = titlesOf(document);
    await execute(tx, putStatement(table, Object.keys(row)), [...Object.values(row), programId, facets, folded]);
  }

  async read(ids: readonly string[]): Promise<(CatalogItem | undefined)[]> {
    if (ids.length === 0) return [];
    const rows = await this.database.query<{ at: number } & (ProgramRow | EpisodeRow)>(
      `select w.at, p.document, null as names, ${episodeCount} as episodes
       from unnest($1::uuid[]) with ordinality as w (id, at)
       join programs p on p.id = w.id
       where p.document is not null
       union all
       select w.at, e.document, p.names, null
       from unnest($1::uuid[]) with ordinality as w (id, at)
       join episodes e on e.id = w.id
       join programs p on p.id = e.program_id
       where e.document is not null and p.document is not null`,
      [ids],
    );
    const items = new Map(rows.map((row) => [row.at, row.names ? toEpisode(row) : toProgram(row)]));
    return ids.map((_, index) => items.get(index + 1));
  }

  async findProgramBySlug(slug: string): Promise<CatalogProgram | undefined> {
    // No limit: with one, the planner scans the whole table in the hope of an early match.
    const [row] = await this.database.query<ProgramRow>(
      `select p.document, ${episodeCount} as episodes
       from programs p
       where p.slugs @> array[$1] and p.document is not null`,
      [foldSlug(slug)],
    );
    return row && toProgram(row);
  }

  async listPrograms(
    filter: CatalogFilter,
    sort: ProgramSort,
    { after, limit }: ListRange,
  ): Promise<ListPart<CatalogProgram>> {
    const newest = sort === 'newest';
    const keys = newest ? newestKeys : titleKeys(sort.titlesOf);
    const where = new Conditions('p').passing(filter).beyond(after, newest ? 'desc' : 'asc', keys);
    const rows = await this.database.query<ProgramRow>(
      `select p.document, ${episodeCount} as episodes
       from programs p
       where p.document is not null and ${where.sql}
       order by ${order('p', keys, newest ? 'desc' : 'asc')}
       limit ${limit + 1}`,
      where.values,
    );
    const key = (document: PublicProgram) => (newest ? document.releasedAt : titleKey(document, sort.titlesOf));
    return cut(rows.map(toProgram), limit, ({ document }) => [key(document), document.id]);
  }

  async listEpisodes(
    programId: string,
    filter: CatalogFilter,
    { after, limit }: ListRange,
  ): Promise<ListPart<CatalogEpisode> | undefined> {
    const [program] = await this.database.query<{ names: ProgramNames; serial: boolean }>(
      'select names, serial from programs where id = $1 and document is not null',
      [programId],
    );
    if (!program) return undefined;
    const { names, serial } = program;
    const keys = serial ? serialKeys : newestKeys;
    const where = new Conditions('e')
      .equal('program_id', 'uuid', programId)
      .passing(filter)
      .beyond(after, serial ? 'asc' : 'desc', keys);
    const rows = await this.database.query<{ document: PublicEpisode }>(
      `select e.document
       from episodes e
       where e.document is not null and ${where.sql}
       order by ${order('e', keys, serial ? 'asc' : 'desc')}
       limit ${limit + 1}`,
      where.values,
    );
    return cut(
      rows.map(({ document }) => toEpisode({ document, names })),
      limit,
      ({ document }) => {
        const { season, number } = serialKey(document);
        return serial ? [season, number, document.releasedAt, document.id] : [document.releasedAt, document.id];
      },
    );
  }

  async findByTitle(
    beginning: string,
    filter: CatalogFilter,
    { after, limit }: ListRange,
  ): Promise<ListPart<CatalogItem>> {
    const keys: readonly SortKey[] = [
      ['folded', 'text'],
      ['item_id', 'uuid'],
    ];
    const where = titleConditions(beginning, filter).beyond(after, 'asc', keys);
    const rows = await this.database.query<{ id: string; folded: string }>(
      `select t.item_id as id, t.folded
       from titles t
       where ${where.sql}
       order by ${order('t', keys, 'asc')}
       limit ${limit + 1}`,
      where.values,
    );
    const { items: page, next } = cut(rows, limit, ({ folded, id }) => [folded, id]);
    const items = await this.read(page.map(({ id }) => id));
    return { items: items.filter((item) => item !== undefined), next };
  }

  async countByTitle(beginning: string, filter: CatalogFilter, most: number): Promise<number> {
    const where = titleConditions(beginning, filter);
    const [row] = await this.database.query<{ found: number }>(
      `select count(*) as found from (select from titles t where ${where.sql} limit ${most}) as matches`,
      where.values,
    );
    return row?.found ?? 0;
  }

  async countProgramsByCategory(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.query<{ category: string; programs: number }>(
      `select category, count(*) as programs
       from programs
       where document is not null and category is not null
       group by category`,
    );
    return new Map(rows.map(({ category, programs }) => [category, programs]));
  }
}

const titleKeys = (language: 'ar' | 'en'): readonly SortKey[] => [
  [language === 'ar' ? 'arabic_title' : 'english_title', 'text'],
  ['id', 'uuid'],
];

const order = (table: string, keys: readonly SortKey[], way: 'asc' | 'desc'): string =>
  keys.map(([column]) => `${table}.${column} ${way}`).join(', ');

/** Counts an item only by the first of its matching titles, and an episode only while its program is public. */
const titleConditions = (beginning: string, filter: CatalogFilter): Conditions =>
  new Conditions('t')
    .and((value) => `${value} <> '' and t.folded ^@ ${value}`, titleBeginning(beginning))
    .and(
      (value) =>
        `not exists (
           select from titles s
           where s.item_id = t.item_id and s.folded < t.folded and s.folded ^@ ${value}
         )`,
      titleBeginning(beginning),
    )
    .and(() => 'exists (select from programs p where p.id = t.program_id and p.document is not null)')
    .passing(filter);

const toProgram = ({ document, episodes }: ProgramRow): CatalogProgram => ({
  kind: 'program',
  document,
  episodeCount: episodes,
});

const toEpisode = ({ document, names }: EpisodeRow): CatalogEpisode => ({ kind: 'episode', document, program: names });

/** `read` has one row more than `limit` if there is a next page. */
function cut<T>(read: T[], limit: number, positionOf: (item: T) => ListPosition): ListPart<T> {
  const { items, last } = cutPage(read, limit);
  return { items, next: last && positionOf(last) };
}
