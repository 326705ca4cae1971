import { type EntityManager, execute } from '@mediamesh/postgres';

/** Which assets the live documents name. */
export class VisibilityRepository {
  /** Keeps what a document names as of `revision`; an older revision, or the same again, changes nothing. */
  async put(tx: EntityManager, documentId: string, revision: number, assetIds: readonly string[]): Promise<void> {
    await execute(
      tx,
      `insert into public_documents as known (id, revision, asset_ids) values ($1, $2, $3::uuid[])
       on conflict on constraint public_documents_pkey
       do update set revision = excluded.revision, asset_ids = excluded.asset_ids
       where known.revision < excluded.revision`,
      [documentId, revision, assetIds],
    );
  }
}
