import { type EntityManager, execute, query } from '@mediamesh/postgres';
import type { Item, ItemKind } from './item.js';

/** Column and field of every part of a row, in one order. */
const columns = {
  id: 'uuid',
  kind: 'text',
  program_id: 'uuid',
  version: 'integer',
  working_version_id: 'uuid',
  published_version_id: 'uuid',
  live: 'jsonb',
  former_slugs: 'jsonb',
  slugs: 'jsonb',
  origin: 'jsonb',
  status: 'text',
  type: 'text',
  category: 'text',
  languages: 'text[]',
  title_key: 'text',
  season: 'integer',
  number: 'text',
  episode_kind: 'text',
  origin_source_id: 'uuid',
  origin_key: 'text',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  published_at: 'timestamptz',
  created_by: 'uuid',
} as const;
const camel = (column: string): string => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const names = Object.keys(columns);
const selected = names.map((column) => `item.${column} as "${camel(column)}"`).join(', ');
const recordset = Object.entries(columns)
  .map(([column, type]) => `"${camel(column)}" ${type}`)
  .join(', ');
/** What a revision of an item may change. */
const changing = [
  'version',
  'working_version_id',
  'published_version_id',
  'live',
  'former_slugs',
  'slugs',
  'origin',
  'status',
  'type',
  'category',
  'languages',
  'title_key',
  'season',
  'number',
  'episode_kind',
  'updated_at',
  'published_at',
];

export interface ItemFilters {
  readonly kind: ItemKind;
  readonly programId?: string | undefined;
  readonly status?: string | undefined;
  readonly type?: string | undefined;
  /** With its subcategories. */
  readonly category?: string | undefined;
  readonly language?: string | undefined;
  /** Folded; found anywhere in a title. */
  readonly titleKey?: string | undefined;
  /** The id of the last item of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Programs and episodes as rows. What is in the trash is not there for anybody. */
export class ItemsRepository {
  async find(db: EntityManager, kind: ItemKind, id: string): Promise<Item | undefined> {
    const [item] = await query<Item>(
      db,
      `select ${selected} from items item where id = $1 and kind = $2 and deleted_at is null`,
      [id, kind],
    );
    return item;
  }

  findMany(db: EntityManager, ids: readonly string[]): Promise<Item[]> {
    return query<Item>(db, `select ${selected} from items item where id = any($1) and deleted_at is null`, [ids]);
  }

  /** Those a source has made, by its keys; also what is in the trash, so that an import does not make it again. */
  findByOrigin(db: EntityManager, sourceId: string, keys: readonly string[]): Promise<(Item & { deleted: boolean })[]> {
    return query(
      db,
      `select ${selected}, deleted_at is not null as deleted from items item where origin_source_id = $1 and origin_key = any($2)`,
      [sourceId, keys],
    );
  }

  /** Locks a row until the transaction ends: for an update of it, or only against those who would update it. */
  async lock(
    tx: EntityManager,
    kind: ItemKind,
    id: string,
    strength: 'for update' | 'for share',
  ): Promise<Item | undefined> {
    const [item] = await query<Item>(
      tx,
      `select ${selected} from items item where id = $1 and kind = $2 and deleted_at is null ${strength}`,
      [id, kind],
    );
    return item;
  }

  /** Newest first. */
  list(
    db: EntityManager,
    { kind, programId, status, type, category, language, titleKey, before, limit }: ItemFilters,
  ): Promise<Item[]> {
    const parameters: unknown[] = [];
    const where = (sql: string, value: unknown): string =>
      value === undefined ? '' : ` and ${sql.replace('?', `$${parameters.push(value)}`)}`;
    const filters =
      where('item.program_id = ?', programId) +
      where('item.status = ?', status) +
      where('item.type = ?', type) +
      where(`starts_with(item.category || '.', ?)`, category === undefined ? undefined : `${category}.`) +
      where('? = any(item.languages)', language) +
      where('position(? in item.title_key) > 0', titleKey) +
      where('item.id < ?', before);
    return query<Item>(
      db,
      `select ${selected} from items item where item.kind = '${kind}' and deleted_at is null${filters} order by item.id desc limit $${parameters.push(limit)}`,
      parameters,
    );
  }

  async insert(tx: EntityManager, items: readonly Item[]): Promise<void> {
    if (items.length === 0) return;
    await execute(
      tx,
      `insert into items (${names.join(', ')}) select ${names.map((column) => `"${camel(column)}"`).join(', ')} from jsonb_to_recordset($1::jsonb) as row(${recordset})`,
      [JSON.stringify(items)],
    );
  }

  /** Writes revised items where the version is still the one they came from; answers the ids written. */
  async update(tx: EntityManager, items: readonly Item[]): Promise<string[]> {
    if (items.length === 0) return [];
    const rows = await query<{ id: string }>(
      tx,
      `update items item set ${changing.map((column) => `${column} = row."${camel(column)}"`).join(', ')}
       from jsonb_to_recordset($1::jsonb) as row(${recordset})
       where item.id = row.id and item.version = row.version - 1 and item.deleted_at is null returning item.id`,
      [JSON.stringify(items)],
    );
    return rows.map(({ id }) => id);
  }

  /** Moves a program with its episodes, or an episode, to the trash; answers the ids. */
  async moveToTrash(tx: EntityManager, item: Item, now: Date): Promise<string[]> {
    const which = item.kind === 'program' ? 'program_id = $1' : 'id = $1';
    const rows = await query<{ id: string }>(
      tx,
      `update items set deleted_at = $2, updated_at = $2, version = version + 1, live = '{}', status = case when published_at is null then 'draft' else 'unpublished' end where ${which} and deleted_at is null returning id`,
      [item.id, now],
    );
    return rows.map(({ id }) => id);
  }

  /** The numbers that are taken in a program, among those asked for, by `season/kind/number`. */
  async takenNumbers(
    db: EntityManager,
    programId: string,
    numbers: readonly string[],
  ): Promise<{ id: string; key: string }[]> {
    if (numbers.length === 0) return [];
    return query(
      db,
      `select id, coalesce(season, 0) || '/' || episode_kind || '/' || number as key from items where program_id = $1 and kind = 'episode' and number = any($2) and deleted_at is null`,
      [programId, numbers],
    );
  }
}
