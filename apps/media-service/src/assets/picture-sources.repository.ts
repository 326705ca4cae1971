import { createHash } from 'node:crypto';
import { type EntityManager, execute, query } from '@mediamesh/postgres';

const hashOf = (url: string): Buffer => createHash('sha256').update(url).digest();

/** The asset of each imported picture URL. */
export class PictureSourcesRepository {
  /** The asset of a URL, locked until the transaction ends. */
  async findForUpdate(tx: EntityManager, url: string): Promise<string | undefined> {
    // the row may not exist yet, so the lock is on the URL
    await query(tx, `select pg_advisory_xact_lock(hashtextextended('picture ' || $1, 0))`, [url]);
    const [row] = await query<{ assetId: string }>(
      tx,
      'select asset_id "assetId" from picture_sources where url_hash = $1',
      [hashOf(url)],
    );
    return row?.assetId;
  }

  async put(tx: EntityManager, url: string, assetId: string): Promise<void> {
    await execute(
      tx,
      `insert into picture_sources (url_hash, url, asset_id)
       values ($1, $2, $3)
       on conflict on constraint picture_sources_pkey
       do update set asset_id = excluded.asset_id`,
      [hashOf(url), url, assetId],
    );
  }
}
