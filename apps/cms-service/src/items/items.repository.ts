import { type EntityManager, execute, query } from '@mediamesh/postgres';
import { foldSlug } from '@mediamesh/text';
import { heldSlugs, numberedStems, SlugHolders, slugScope, type Wish } from './slug-choice.js';
import type { Item, ItemKind } from './item.js';

/** The columns of `items` with their types. */
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
const names = Object.keys(columns);
/** Columns that never change after the insert. */
const fixed = new Set(['id', 'kind', 'program_id', 'origin_source_id', 'origin_key', 'created_at', 'created_by']);

const camel = (column: string): string => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const selected = names.map((column) => `item.${column} as "${camel(column)}"`).join(', ');
const fields = names.map((column) => `row."${camel(column)}"`).join(', ');
const changes = names
  .filter((column) => !fixed.has(column))
  .map((column) => `${column} = row."${camel(column)}"`)
  .join(', ');
const recordset = Object.entries(columns)
  .map(([column, type]) => `"${camel(column)}" ${type}`)
  .join(', ');

const rows = `jsonb_to_recordset($1::jsonb) as row(${recordset})`;
const held = 'jsonb_to_recordset($2::jsonb) as held(scope uuid, folded text, item_id uuid)';
/** Publishing keeps the working version, so its record may exist already. */
const recorded = `recorded as (
  insert into item_versions (version_id, item_id, version, created_at, created_by)
  select working_version_id, id, version, updated_at, $3 from written
  on conflict (version_id) do nothing
)`;

export interface Change {
  readonly before: Item;
  readonly after: Item;
}

export interface ItemFilters {
  readonly kind: ItemKind;
  readonly programId?: string | undefined;
  readonly status?: string | undefined;
  readonly type?: string | undefined;
  /** Includes its subcategories. */
  readonly category?: string | undefined;
  readonly language?: string | undefined;
  /** Folded text; matches anywhere in a title. */
  readonly titleKey?: string | undefined;
  /** The id of the last item of the previous page. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Programs and episodes with their slugs and versions, written by one statement. Items in the trash are not found. */
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

  /** Items of a source by their keys. Includes those in the trash, so that an import does not create them again. */
  findByOrigin(db: EntityManager, sourceId: string, keys: readonly string[]): Promise<(Item & { deleted: boolean })[]> {
    return query(
      db,
      `select ${selected}, deleted_at is not null as deleted from items item
       where origin_source_id = $1 and origin_key = any($2)`,
      [sourceId, keys],
    );
  }

  /** Locks rows until the transaction ends. Returns those that exist. */
  lock(tx: EntityManager, ids: readonly string[], strength: 'for update' | 'for share'): Promise<Item[]> {
    return query<Item>(
      tx,
      `select ${selected} from items item where id = any($1) and deleted_at is null order by id ${strength}`,
      [ids],
    );
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
      `select ${selected} from items item
       where item.kind = '${kind}' and deleted_at is null${filters}
       order by item.id desc limit $${parameters.push(limit)}`,
      parameters,
    );
  }

  /** Inserts items. A unique violation means that another item has taken a slug or a number. */
  async insert(tx: EntityManager, items: readonly Item[], editor: string | null): Promise<void> {
    if (items.length === 0) return;
    await execute(
      tx,
      `with written as (
         insert into items (${names.join(', ')}) select ${fields} from ${rows}
         returning id, version, working_version_id, updated_at
       ), ${recorded}
       insert into slugs (scope, folded, item_id) select scope, folded, item_id from ${held}`,
      [JSON.stringify(items), JSON.stringify(items.flatMap(slugRows)), editor],
    );
  }

  /**
   * Updates items whose version is still the one read, and returns the ids written. A unique violation means the same
   * as for an insert. It is one statement, so it needs no transaction of its own.
   */
  async update(db: EntityManager, changed: readonly Change[], editor: string | null): Promise<string[]> {
    if (changed.length === 0) return [];
    const moved = changed.filter(({ before, after }) => heldSlugs(before).join() !== heldSlugs(after).join());
    const written = await query<{ id: string }>(
      db,
      `with written as (
         update items item set ${changes} from ${rows}
         where item.id = row.id and item.version = row.version - 1 and item.deleted_at is null
         returning item.id, item.version, item.working_version_id, item.updated_at
       ), ${recorded}, released as (
         delete from slugs slug
         where item_id = any($4) and item_id in (select id from written)
           and not exists (select from ${held} where (held.folded, held.item_id) = (slug.folded, slug.item_id))
       ), taken as (
         insert into slugs (scope, folded, item_id) select scope, folded, item_id from ${held}
         where item_id in (select id from written)
           and not exists (select from slugs slug where (slug.folded, slug.item_id) = (held.folded, held.item_id))
       )
       select id from written`,
      [
        JSON.stringify(changed.map(({ after }) => after)),
        JSON.stringify(moved.flatMap(({ after }) => slugRows(after))),
        editor,
        moved.map(({ after }) => after.id),
      ],
    );
    return written.map(({ id }) => id);
  }

  /** Moves an episode, or a program with its episodes, to the trash. False when it was not there. */
  async moveToTrash(tx: EntityManager, { kind, id }: Item, now: Date): Promise<boolean> {
    const trashed = await execute(
      tx,
      `update items
       set deleted_at = $2, updated_at = $2, version = version + 1, live = '{}',
           status = case when published_at is null then 'draft' else 'unpublished' end
       where ${kind === 'program' ? 'program_id' : 'id'} = $1 and deleted_at is null`,
      [id, now],
    );
    return trashed > 0;
  }

  /** Those of the given numbers that are taken in a program, as `season/episode kind/number`. */
  async takenNumbers(
    db: EntityManager,
    programId: string,
    numbers: readonly string[],
  ): Promise<{ id: string; key: string }[]> {
    if (numbers.length === 0) return [];
    return query(
      db,
      `select id, coalesce(season, 0) || '/' || episode_kind || '/' || number as key from items
       where program_id = $1 and kind = 'episode' and number = any($2) and deleted_at is null`,
      [programId, numbers],
    );
  }

  /** The holders of the given slugs in a scope, and of the numbered variants of taken ones. */
  async slugHolders(db: EntityManager, scope: string, wishes: readonly Wish[]): Promise<SlugHolders> {
    const wished = [...new Set(wishes.map(({ slug }) => foldSlug(slug)))];
    const exact = await query<SlugRow>(db, 'select folded, item_id from slugs where scope = $1 and folded = any($2)', [
      scope,
      wished,
    ]);
    const taken = new Set(exact.map(({ folded }) => folded));
    const stems = wishes.filter(({ slug }) => taken.has(foldSlug(slug))).flatMap(({ slug }) => numberedStems(slug));
    // numbered variants matter only for a taken slug; '.' is the byte after '-'
    const near =
      stems.length === 0
        ? []
        : await query<SlugRow>(
            db,
            `select slug.folded, slug.item_id from unnest($2::text[]) as stem(folded)
             join slugs slug on slug.scope = $1
               and slug.folded >= stem.folded || '-' and slug.folded < stem.folded || '.'`,
            [scope, [...new Set(stems)]],
          );
    return new SlugHolders(new Map([...exact, ...near].map(({ folded, item_id }) => [folded, item_id])));
  }

  /** Waits for the lock of a scope's slugs, which lasts until the transaction ends. */
  async queueForSlugs(tx: EntityManager, scope: string): Promise<void> {
    await execute(tx, `select pg_advisory_xact_lock(hashtextextended('slugs ' || $1, 0))`, [scope]);
  }
}

interface SlugRow {
  readonly scope: string;
  readonly folded: string;
  readonly item_id: string;
}

const slugRows = (item: Item): SlugRow[] =>
  heldSlugs(item).map((folded) => ({ scope: slugScope(item), folded, item_id: item.id }));
