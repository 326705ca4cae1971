import type { PublishPolicy, Source } from '@mediamesh/contracts';
import { execute, type EntityManager, query } from '@mediamesh/postgres';

export interface NewSource extends Pick<Source, 'id' | 'kind' | 'url' | 'name' | 'publish' | 'createdBy'> {
  readonly urlKey: string | null;
  readonly givenProgramId: string | null;
}

export interface SourceFilter {
  readonly urlKey?: string | undefined;
  readonly name?: string | undefined;
  /** Cursor: only ids below this one. */
  readonly below?: string | undefined;
}

interface Row extends Omit<Source, 'createdAt' | 'updatedAt'> {
  readonly publish: PublishPolicy;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const columns = `id, kind, url, name, coalesce(program_id, given_program_id) as "programId", publish, version,
  last_run_id as "lastRunId", created_at as "createdAt", updated_at as "updatedAt", created_by as "createdBy"`;
/** Unique index: one source per address. */
export const urlKey = 'sources_url_key';

/** Deleted sources are kept for their runs, but never returned. */
export class SourcesRepository {
  async insert(
    tx: EntityManager,
    { id, kind, url, urlKey: key, name, givenProgramId, publish, createdBy }: NewSource,
  ): Promise<Source> {
    const rows = await query<Row>(
      tx,
      `insert into sources (id, kind, url, url_key, name, given_program_id, publish, created_by, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, now(), now()) returning ${columns}`,
      [id, kind, url, key, name, givenProgramId, publish, createdBy],
    );
    return toSource(rows[0]!);
  }

  async find(db: EntityManager, id: string, { lock = false } = {}): Promise<Source | undefined> {
    const [row] = await query<Row>(
      db,
      `select ${columns} from sources where id = $1 and deleted_at is null ${lock ? 'for update' : ''}`,
      [id],
    );
    return row && toSource(row);
  }

  /** Newest first. */
  async list(db: EntityManager, { urlKey: key, name, below }: SourceFilter, limit: number): Promise<Source[]> {
    const rows = await query<Row>(
      db,
      `select ${columns} from sources
       where deleted_at is null
         and ($1::text is null or (md5(url_key) = md5($1) and url_key = $1))
         and ($2::text is null or name = $2)
         and ($3::uuid is null or id < $3)
       order by id desc limit $4`,
      [key, name, below, limit],
    );
    return rows.map(toSource);
  }

  async hasActiveRun(tx: EntityManager, id: string): Promise<boolean> {
    const rows = await query(tx, `select 1 from runs where source_id = $1 and status in ('queued', 'running')`, [id]);
    return rows.length > 0;
  }

  async markDeleted(tx: EntityManager, id: string): Promise<void> {
    await execute(
      tx,
      'update sources set deleted_at = now(), updated_at = now(), version = version + 1 where id = $1',
      [id],
    );
  }

  async setLastRun(tx: EntityManager, id: string, runId: string): Promise<void> {
    await execute(tx, 'update sources set last_run_id = $2, updated_at = now(), version = version + 1 where id = $1', [
      id,
      runId,
    ]);
  }
}

const toSource = ({ createdAt, updatedAt, ...row }: Row): Source => ({
  ...row,
  createdAt: createdAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
});
