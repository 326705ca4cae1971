import type { ErrorCode } from '@mediamesh/contracts';
import { type EntityManager, execute, query } from '@mediamesh/postgres';
import type { Inspection } from '../inspection/inspect.js';
import type { StoredAsset } from './asset.js';

type AssetRow = Omit<StoredAsset, 'createdAt' | 'updatedAt'> & { readonly createdAt: Date; readonly updatedAt: Date };

const columns = `
  id, file_name "fileName", type, size, sha256, status, reason, width, height, duration_seconds "durationSeconds",
  alt, path, version, created_at "createdAt", updated_at "updatedAt", created_by "createdBy",
  object_key "objectKey", uploaded_sha256 "uploadedSha256"`;

const toStored = (row: AssetRow): StoredAsset => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

async function select(db: EntityManager, sql: string, parameters: readonly unknown[]): Promise<StoredAsset[]> {
  return (await query<AssetRow>(db, sql, parameters)).map(toStored);
}

export interface AssetFilter {
  readonly status?: string | undefined;
  /** Only assets older than this id. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Queries of assets. Ids are UUIDv7, so they sort by creation time. */
export class AssetsRepository {
  async insert(tx: EntityManager, asset: StoredAsset): Promise<void> {
    await execute(
      tx,
      `insert into assets (id, file_name, type, size, sha256, status, reason, width, height,
         duration_seconds, alt, path, object_key, uploaded_sha256,
         version, created_at, updated_at, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, $13, $14, $15, $16, $17, $18)`,
      [
        asset.id,
        asset.fileName,
        asset.type,
        asset.size,
        asset.sha256,
        asset.status,
        asset.reason,
        asset.width,
        asset.height,
        asset.durationSeconds,
        JSON.stringify(asset.alt),
        asset.path,
        asset.objectKey,
        asset.uploadedSha256,
        asset.version,
        asset.createdAt,
        asset.updatedAt,
        asset.createdBy,
      ],
    );
  }

  async find(db: EntityManager, id: string): Promise<StoredAsset | undefined> {
    return (await select(db, `select ${columns} from assets where id = $1`, [id]))[0];
  }

  findMany(db: EntityManager, ids: readonly string[]): Promise<StoredAsset[]> {
    return select(db, `select ${columns} from assets where id = any($1::uuid[])`, [ids]);
  }

  /** Like {@link findMany}, with the rows locked against changes until the transaction ends. */
  findManyForClaim(tx: EntityManager, ids: readonly string[]): Promise<StoredAsset[]> {
    return select(tx, `select ${columns} from assets where id = any($1::uuid[]) order by id for share`, [ids]);
  }

  list(db: EntityManager, { status, before, limit }: AssetFilter): Promise<StoredAsset[]> {
    return select(
      db,
      `select ${columns} from assets
       where ($1::text is null or status = $1) and ($2::uuid is null or id < $2)
       order by id desc limit $3`,
      [status ?? null, before ?? null, limit],
    );
  }

  /** A ready asset that a live document names. */
  async findPublic(db: EntityManager, id: string): Promise<StoredAsset | undefined> {
    const sql = `select ${columns}
      from assets
      where id = $1 and status = 'ready'
      and exists (select from public_documents where asset_ids @> array[$1::uuid])`;
    return (await select(db, sql, [id]))[0];
  }

  /** Sets the bytes of a declared asset. Returns the key they replace; `undefined` when it is not declared. */
  async replaceBytes(
    tx: EntityManager,
    id: string,
    bytes: { objectKey: string; sha256: string },
    now: Date,
  ): Promise<{ replaced: string | null } | undefined> {
    const rows = await query<{ replaced: string | null }>(
      tx,
      `with before as (select id, object_key from assets where id = $1 and status = 'declared' for update)
       update assets set object_key = $2, uploaded_sha256 = $3, updated_at = $4
         from before
         where assets.id = before.id
         returning before.object_key replaced`,
      [id, bytes.objectKey, bytes.sha256, now],
    );
    return rows[0];
  }

  /** Marks the asset as ready if it is still declared and has these bytes. */
  async markReady(
    tx: EntityManager,
    { id, objectKey }: StoredAsset,
    { width, height, durationSeconds }: Inspection,
    path: string,
    now: Date,
  ): Promise<StoredAsset | undefined> {
    const sql = `update assets
      set status = 'ready', sha256 = uploaded_sha256,
      width = $3, height = $4, duration_seconds = $5,
      path = $6, updated_at = $7, version = version + 1
      where id = $1 and status = 'declared' and object_key = $2 returning ${columns}`;
    return (
      await select(tx, sql, [id, objectKey, width ?? null, height ?? null, durationSeconds ?? null, path, now])
    )[0];
  }

  /** Rejects the asset if it is still declared and has these bytes (or none), and detaches the bytes. */
  async markRejected(
    tx: EntityManager,
    { id, objectKey }: Pick<StoredAsset, 'id' | 'objectKey'>,
    reason: ErrorCode,
    now: Date,
  ): Promise<StoredAsset | undefined> {
    const sql = `update assets
      set status = 'rejected', reason = $3, object_key = null, updated_at = $4, version = version + 1
      where id = $1 and status = 'declared' and object_key is not distinct from $2 returning ${columns}`;
    return (await select(tx, sql, [id, objectKey, reason, now]))[0];
  }

  /** Declared assets created before `before`, oldest first, each with whether it is claimed. */
  async findGivenUp(
    db: EntityManager,
    before: Date,
    limit: number,
  ): Promise<(StoredAsset & { readonly claimed: boolean })[]> {
    const rows = await query<AssetRow & { claimed: boolean }>(
      db,
      `select ${columns}, exists (select from claims where asset_id = assets.id) claimed
       from assets
       where status = 'declared' and created_at < $1
       order by created_at limit $2`,
      [before, limit],
    );
    return rows.map((row) => ({ ...toStored(row), claimed: row.claimed }));
  }

  /** Deletes a declared asset that is not claimed. The row lock excludes a concurrent claim. */
  async removeGivenUp(tx: EntityManager, { id, objectKey }: StoredAsset): Promise<boolean> {
    await query(tx, 'select from assets where id = $1 for update', [id]);
    const sql = `delete from assets
      where id = $1 and status = 'declared' and object_key is not distinct from $2
      and not exists (select from claims where asset_id = $1)`;
    return (await execute(tx, sql, [id, objectKey])) === 1;
  }

  /** Those of the given keys that an asset references. */
  async findKnownKeys(db: EntityManager, keys: readonly string[]): Promise<Set<string>> {
    const rows = await query<{ key: string }>(
      db,
      'select object_key key from assets where object_key = any($1::text[])',
      [keys],
    );
    return new Set(rows.map(({ key }) => key));
  }
}
