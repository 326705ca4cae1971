import { type EntityManager, execute } from '@mediamesh/postgres';

export class VisibilityRepository {
  /** Stores the assets of a document as of `revision`; an equal or older revision is ignored. */
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
