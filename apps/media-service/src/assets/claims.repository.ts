import { type EntityManager, execute, query } from '@mediamesh/postgres';

export class ClaimsRepository {
  async put(tx: EntityManager, ownerId: string, assetIds: readonly string[]): Promise<void> {
    await execute(
      tx,
      `insert into claims (owner_id, asset_id)
       select $1, unnest($2::uuid[])
       on conflict on constraint claims_pkey do nothing`,
      [ownerId, assetIds],
    );
  }

  async findOwners(tx: EntityManager, assetId: string): Promise<string[]> {
    const rows = await query<{ ownerId: string }>(
      tx,
      'select owner_id "ownerId" from claims where asset_id = $1 order by owner_id',
      [assetId],
    );
    return rows.map(({ ownerId }) => ownerId);
  }

  async release(tx: EntityManager, ownerId: string): Promise<void> {
    await execute(tx, 'delete from claims where owner_id = $1', [ownerId]);
  }
}
