import { createHash } from 'node:crypto';
import { maximumUrlLength, type PublishPolicy } from '@mediamesh/contracts';
import { type DueRow, DueTable } from '@mediamesh/jobs';
import { type EntityManager, execute, query } from '@mediamesh/postgres';

export interface WantedCover {
  readonly itemKey: string;
  readonly url: string;
}

interface Image {
  readonly source_id: string;
  readonly url_hash: Buffer;
  readonly url: string;
}

export type DueImage = DueRow<Image>;

/** Covers of one source whose images are stored but not yet sent to cms-service. */
export interface ReadyCovers {
  readonly sourceId: string;
  readonly publish: PublishPolicy;
  readonly covers: readonly { readonly key: string; readonly assetId: string }[];
}

/** Images neither stored nor given up. Excluded are those of deleted sources and of sources with a run under way. */
export const dueImages = new DueTable<Image>({
  table: 'images',
  key: ['source_id', 'url_hash'],
  columns: 'images.url',
  isOpen: `images.asset_id is null and images.given_up_code is null
    and exists (select from sources where sources.id = images.source_id and sources.deleted_at is null)
    and not exists (
      select from runs where runs.source_id = images.source_id and runs.status in ('queued', 'running')
    )`,
  lease: 120,
});

export class CoversRepository {
  /** Adds images to fetch. Items that share a URL share one fetch. */
  async want(tx: EntityManager, sourceId: string, wanted: readonly WantedCover[]): Promise<void> {
    const rows = wanted
      .filter(({ url }) => url.length <= maximumUrlLength)
      .map(({ itemKey, url }) => ({ itemKey, url, urlHash: createHash('sha256').update(url).digest('hex') }));
    if (rows.length === 0) return;
    await execute(
      tx,
      `insert into images (source_id, url_hash, url)
       select distinct on ("urlHash") $1::uuid, decode("urlHash", 'hex'), url
       from jsonb_to_recordset($2::jsonb) as row (url text, "urlHash" text)
       order by "urlHash"
       on conflict do nothing`,
      [sourceId, JSON.stringify(rows)],
    );
    await execute(
      tx,
      `insert into covers (source_id, item_key, url_hash)
       select $1, "itemKey", decode("urlHash", 'hex')
       from jsonb_to_recordset($2::jsonb) as row ("itemKey" text, "urlHash" text)
       on conflict (source_id, item_key) do update set url_hash = excluded.url_hash, done_at = null
       where covers.url_hash <> excluded.url_hash`,
      [sourceId, JSON.stringify(rows)],
    );
  }

  /** At most `limit` covers, all of one source. */
  async findReady(db: EntityManager, limit: number): Promise<ReadyCovers | undefined> {
    const rows = await query<{ sourceId: string; publish: PublishPolicy; key: string; assetId: string }>(
      db,
      `with ready as (
         select cover.source_id, cover.item_key, image.asset_id
         from covers cover join images image using (source_id, url_hash)
         where cover.done_at is null and image.asset_id is not null
       )
       select source.id as "sourceId", source.publish, ready.item_key as key, ready.asset_id as "assetId"
       from ready join sources source on source.id = ready.source_id
       where source.id = (
         select source_id from ready join sources on sources.id = source_id where deleted_at is null limit 1
       )
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

  /** Skips items whose image has changed since. */
  async setDone(db: EntityManager, { sourceId, covers }: ReadyCovers): Promise<void> {
    await execute(
      db,
      `update covers set done_at = clock_timestamp() from images image
       where covers.source_id = $1
         and covers.item_key = any($2)
         and image.source_id = covers.source_id
         and image.url_hash = covers.url_hash
         and image.asset_id = any($3)`,
      [sourceId, covers.map(({ key }) => key), covers.map(({ assetId }) => assetId)],
    );
  }
}
