import type { Reindex } from '@mediamesh/contracts';
import { execute, type EntityManager, query } from '@mediamesh/postgres';

interface Row extends Omit<Reindex, 'error' | 'createdAt' | 'startedAt' | 'finishedAt'> {
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

const columns = `
  id, status, requested_by as "requestedBy", documents, tombstones, total, found, generation,
  error_code as "errorCode", error_detail as "errorDetail",
  created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt"`;
const active = `status in ('queued', 'running')`;

/** Rebuilds as the API shows them, and which index holds everything. */
export class RebuildsRepository {
  /** Returns `undefined` while another rebuild is queued or running. */
  async insert(tx: EntityManager, id: string, requestedBy: string): Promise<Reindex | undefined> {
    const [row] = await query<Row>(
      tx,
      `insert into rebuilds (id, status, requested_by)
       values ($1, 'queued', $2)
       on conflict ((true)) where ${active} do nothing
       returning ${columns}`,
      [id, requestedBy],
    );
    return row && toReindex(row);
  }

  async find(db: EntityManager, id: string): Promise<Reindex | undefined> {
    const [row] = await query<Row>(db, `select ${columns} from rebuilds where id = $1`, [id]);
    return row && toReindex(row);
  }

  async findActive(db: EntityManager): Promise<Reindex | undefined> {
    const [row] = await query<Row>(db, `select ${columns} from rebuilds where ${active}`);
    return row && toReindex(row);
  }

  async list(db: EntityManager, below: string | undefined, limit: number): Promise<Reindex[]> {
    return (
      await query<Row>(
        db,
        `select ${columns} from rebuilds where $1::uuid is null or id < $1 order by id desc limit $2`,
        [below ?? null, limit],
      )
    ).map(toReindex);
  }

  async hasJustFailed(db: EntityManager, seconds: number): Promise<boolean> {
    const rows = await query(
      db,
      `select 1 from (select status, finished_at from rebuilds order by id desc limit 1) last
       where status = 'failed' and finished_at > clock_timestamp() - make_interval(secs => $1)`,
      [seconds],
    );
    return rows.length > 0;
  }

  /** Whether a rebuild of this requester has failed and none was ever completed. */
  async hasOnlyFailed(db: EntityManager, requestedBy: string): Promise<boolean> {
    const [seen] = await query<{ failed: boolean; completed: boolean }>(
      db,
      `select coalesce(bool_or(status = 'failed' and requested_by = $1), false) as failed,
       coalesce(bool_or(status = 'completed'), false) as completed
       from rebuilds`,
      [requestedBy],
    );
    return seen?.failed === true && !seen.completed;
  }

  /** `current` includes the index just built; `strange` is an unknown one; `first`: none was recorded yet. */
  async recognise(
    db: EntityManager,
    generation: string | undefined,
  ): Promise<'current' | 'earlier' | 'strange' | 'first'> {
    const [state] = await query<{ generation: string; next: string | null; previous: string | null }>(
      db,
      'select generation, next_generation as next, previous_generation as previous from index_state',
    );
    if (!state) return 'first';
    if (generation === undefined) return 'strange';
    if (generation === state.generation || generation === state.next) return 'current';
    return generation === state.previous ? 'earlier' : 'strange';
  }

  /** Records the index found at the first start as the current one. */
  async adopt(tx: EntityManager, generation: string): Promise<boolean> {
    return (
      (await execute(tx, 'insert into index_state (generation) values ($1) on conflict do nothing', [generation])) > 0
    );
  }
}

function toReindex({ errorCode, errorDetail, createdAt, startedAt, finishedAt, ...row }: Row): Reindex {
  return {
    ...row,
    error: errorCode === null ? null : { code: errorCode, detail: errorDetail ?? '' },
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
