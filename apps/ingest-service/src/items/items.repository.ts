import { execute, type EntityManager, query } from '@mediamesh/postgres';
import type { KnownItem } from './identity.js';

export interface StoredItem extends KnownItem {
  readonly contentHash: string;
  readonly episodeId: string | null;
  readonly published: boolean;
  /** Whether the same content need not be sent again. */
  readonly settled: boolean;
}

export class ItemsRepository {
  async findAll(db: EntityManager, sourceId: string): Promise<StoredItem[]> {
    const rows = await query<StoredItem & { enclosure: string | null; link: string | null }>(
      db,
      `select key, name, enclosure, link, content_hash as "contentHash", episode_id as "episodeId", published, settled
       from items where source_id = $1`,
      [sourceId],
    );
    return rows.map((row) => ({ ...row, enclosure: row.enclosure ?? undefined, link: row.link ?? undefined }));
  }

  async save(tx: EntityManager, sourceId: string, items: readonly StoredItem[]): Promise<void> {
    await execute(
      tx,
      `insert into items (source_id, key, name, enclosure, link, content_hash, episode_id, published, settled)
       select $1, key, name, enclosure, link, "contentHash", "episodeId", published, settled
       from jsonb_to_recordset($2::jsonb) as row (
         key text, name text, enclosure text, link text,
         "contentHash" text, "episodeId" uuid, published boolean, settled boolean
       )
       on conflict (source_id, key) do update set
         name = excluded.name,
         enclosure = excluded.enclosure,
         link = excluded.link,
         content_hash = excluded.content_hash,
         episode_id = excluded.episode_id,
         published = excluded.published,
         settled = excluded.settled`,
      [sourceId, JSON.stringify(items)],
    );
  }
}
