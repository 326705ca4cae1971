import type { MetadataVersion } from '@mediamesh/contracts';
import { type EntityManager, query } from '@mediamesh/postgres';

const recordset = 'jsonb_to_recordset($1::jsonb) as row(id uuid, kind text, subject_id uuid, content jsonb)';

/** Versions in the database; they never change. */
export class VersionsRepository {
  /** Inserts versions in one statement. Returns the ids that exist with other content; equal content is no conflict. */
  async insert(db: EntityManager, versions: readonly MetadataVersion[]): Promise<string[]> {
    if (versions.length === 0) return [];
    const rows = JSON.stringify(
      versions.map(({ id, kind, subjectId, content }) => ({ id, kind, subject_id: subjectId, content })),
    );
    const inserted = await query<{ id: string }>(
      db,
      `insert into versions (id, kind, subject_id, content)
       select id, kind, subject_id, content from ${recordset}
       on conflict (id) do nothing returning id`,
      [rows],
    );
    if (inserted.length === versions.length) return [];
    const clashes = await query<{ id: string }>(
      db,
      `select version.id from ${recordset} join versions version using (id)
       where (version.kind, version.subject_id, version.content)
           is distinct from (row.kind, row.subject_id, row.content)`,
      [rows],
    );
    return clashes.map(({ id }) => id);
  }

  /** Unordered; unknown ids are left out. */
  read(db: EntityManager, ids: readonly string[]): Promise<MetadataVersion[]> {
    return query<MetadataVersion>(
      db,
      'select id, kind, subject_id as "subjectId", content from versions where id = any($1)',
      [ids],
    );
  }

  /** Versions created before `before` that are not yet known to be referenced. */
  async unconfirmed(db: EntityManager, before: Date, limit: number): Promise<string[]> {
    const rows = await query<{ id: string }>(
      db,
      'select id from versions where not confirmed and created_at < $1 order by created_at limit $2',
      [before, limit],
    );
    return rows.map(({ id }) => id);
  }

  async confirm(tx: EntityManager, ids: readonly string[]): Promise<void> {
    await query(tx, 'update versions set confirmed = true where id = any($1)', [ids]);
  }

  async delete(tx: EntityManager, ids: readonly string[]): Promise<void> {
    await query(tx, 'delete from versions where id = any($1) and not confirmed', [ids]);
  }
}
