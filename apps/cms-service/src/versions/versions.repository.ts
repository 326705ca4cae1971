import { type EntityManager, query } from '@mediamesh/postgres';

/** All versions that items ever referenced, for their history and for the sweep of unreferenced versions. */
export class VersionsRepository {
  /** The ids of items with a version by an editor that is newer than the one published last. */
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

  /** Those of the given ids that no item ever referenced. */
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
