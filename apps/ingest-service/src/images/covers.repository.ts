import { createHash } from 'node:crypto';
import { maximumUrlLength, type PublishPolicy } from '@mediamesh/contracts';
import { type EntityManager, execute, query } from '@mediamesh/postgres';

export interface WantedCover {
  readonly itemKey: string;
  readonly url: string;
}

/** A picture whose turn it is. */
export interface DueImage {
  readonly sourceId: string;
  readonly urlHash: Buffer;
  readonly url: string;
  /** Tries so far, this one included. */
  readonly attempts: number;
}

/** Covers of one source whose pictures are kept, and not yet said. */
export interface ReadyCovers {
  readonly sourceId: string;
  readonly publish: PublishPolicy;
  readonly covers: readonly { readonly key: string; readonly assetId: string }[];
}

/** How long a try may take before somebody else tries, in seconds. */
const leaseSeconds = 120;

/** Pictures of feeds that are still to be fetched, and whose covers they become. */
export class CoversRepository {
  /** Pictures the source names for its items; an address is fetched once, whatever the number of its items. */
  async want(tx: EntityManager, sourceId: string, wanted: readonly WantedCover[]): Promise<void> {
    const rows = wanted
      .filter(({ url }) => url.length <= maximumUrlLength)
      .map(({ itemKey, url }) => ({
        item_key: itemKey,
        url,
        url_hash: createHash('sha256').update(url).digest('hex'),
      }));
    if (rows.length === 0) return;
    await execute(
      tx,
      `insert into images (source_id, url_hash, url)
       select distinct on (url_hash) $1::uuid, decode(url_hash, 'hex'), url from jsonb_to_recordset($2::jsonb) as row (item_key text, url text, url_hash text) order by url_hash
       on conflict do nothing`,
      [sourceId, JSON.stringify(rows)],
    );
    await execute(
      tx,
      `insert into covers (source_id, item_key, url_hash)
       select $1, item_key, decode(url_hash, 'hex') from jsonb_to_recordset($2::jsonb) as row (item_key text, url text, url_hash text)
       on conflict (source_id, item_key) do update set url_hash = excluded.url_hash, done_at = null where covers.url_hash <> excluded.url_hash`,
      [sourceId, JSON.stringify(rows)],
    );
  }

  /** Takes pictures whose turn it is; none of a source with a run under way. */
  takeDue(db: EntityManager, limit: number): Promise<DueImage[]> {
    return query<DueImage>(
      db,
      `update images set attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => $2)
       where (source_id, url_hash) in (
         select image.source_id, image.url_hash from images image join sources source on source.id = image.source_id
         where image.asset_id is null and image.given_up_code is null and image.due_at <= clock_timestamp() and source.deleted_at is null
           and not exists (select 1 from runs where runs.source_id = image.source_id and status in ('queued', 'running'))
         order by image.due_at limit $1 for update of image skip locked
       )
       returning source_id as "sourceId", url_hash as "urlHash", url, attempts`,
      [limit, leaseSeconds],
    );
  }

  async setAsset(db: EntityManager, { sourceId, urlHash }: DueImage, assetId: string): Promise<void> {
    await execute(db, 'update images set asset_id = $3 where source_id = $1 and url_hash = $2', [
      sourceId,
      urlHash,
      assetId,
    ]);
  }

  async postpone(db: EntityManager, { sourceId, urlHash }: DueImage, seconds: number): Promise<void> {
    await execute(
      db,
      'update images set due_at = clock_timestamp() + make_interval(secs => $3) where source_id = $1 and url_hash = $2',
      [sourceId, urlHash, seconds],
    );
  }

  async giveUp(db: EntityManager, { sourceId, urlHash }: DueImage, code: string): Promise<void> {
    await execute(db, 'update images set given_up_code = $3 where source_id = $1 and url_hash = $2', [
      sourceId,
      urlHash,
      code,
    ]);
  }

  /** At most `limit` covers of one source. */
  async findReady(db: EntityManager, limit: number): Promise<ReadyCovers | undefined> {
    const rows = await query<{ sourceId: string; publish: PublishPolicy; key: string; assetId: string }>(
      db,
      `with ready as (
         select cover.source_id, cover.item_key, image.asset_id from covers cover join images image using (source_id, url_hash)
         where cover.done_at is null and image.asset_id is not null
       )
       select source.id as "sourceId", source.publish, ready.item_key as key, ready.asset_id as "assetId"
       from ready join sources source on source.id = ready.source_id
       where source.id = (select source_id from ready join sources on sources.id = source_id where deleted_at is null limit 1)
       limit $1`,
      [limit],
    );
    const [first] = rows;
    return (
      first && {
        sourceId: first.sourceId,
        publish: first.publish,
        covers: rows.map(({ key, assetId }) => ({ key, assetId })),
      }
    );
  }

  /** Unless the item has got another picture since. */
  async setDone(db: EntityManager, { sourceId, covers }: ReadyCovers): Promise<void> {
    await execute(
      db,
      `update covers set done_at = clock_timestamp() from images image
       where covers.source_id = $1 and covers.item_key = any($2) and image.source_id = covers.source_id and image.url_hash = covers.url_hash and image.asset_id = any($3)`,
      [sourceId, covers.map(({ key }) => key), covers.map(({ assetId }) => assetId)],
    );
  }
}
