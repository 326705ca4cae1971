import { type EntityManager, query } from '@mediamesh/postgres';

/** Every version an item ever pointed at, for its history and for the sweep of versions nobody points at. */
export class VersionsRepository {
  /** Of these items, those with a version of an editor's that is newer than the one published last. */
  async editedSincePublished(db: EntityManager, ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const rows = await query<{ id: string }>(
      db,
      `select item.id from items item
       join item_versions published on published.version_id = item.published_version_id
       where item.id = any($1) and exists (
         select from item_versions newer
         where newer.item_id = item.id and newer.version > published.version and newer.created_by is not null
       )`,
      [ids],
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Of these ids, those that no item ever pointed at. */
  async unreferenced(db: EntityManager, ids: readonly string[]): Promise<string[]> {
    const rows = await query<{ id: string }>(
      db,
      `select id from unnest($1::uuid[]) as asked(id)
       where not exists (select from item_versions where version_id = asked.id)`,
      [ids],
    );
    return rows.map(({ id }) => id);
  }
}
