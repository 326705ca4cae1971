import { type EntityManager, query } from '@mediamesh/postgres';
import { isLeaseFree, LeaseLost } from './lease.js';

/** A row that a worker holds. */
export interface QueueRow {
  readonly id: string;
  /** The holder of the lease under which it is held. */
  readonly worker: string;
}

/** What its holder can do with a row. */
const isHeld = `id = $1 and worker = $2::uuid and status = 'running'`;

/** `case`: the lock must be tried for no other row. */
const isOrphaned = `
  status = 'running' and case when status = 'running' then worker <> $1::uuid and ${isLeaseFree('worker')} end`;

/**
 * A table that is a queue of work: `id`, `status` (`queued`, then `running`, then whatever ends it), `worker` and
 * `started_at`. A row is held by one worker at a time, and orphaned when the lease of that worker is free.
 */
export class QueueTable<Row extends QueueRow> {
  private readonly columns: string;

  /** `columns`: what is read of a row besides its id and worker, as SQL. */
  constructor(
    private readonly table: string,
    columns: string,
  ) {
    this.columns = `id, worker, ${columns}`;
  }

  /** Takes the first row that is queued; with `orphans`, also one whose worker is gone. */
  async claim(db: EntityManager, holder: string, { orphans = false } = {}): Promise<Row | undefined> {
    const [row] = await query<Row>(
      db,
      `update ${this.table}
       set status = 'running', worker = $1, started_at = coalesce(started_at, clock_timestamp())
       where id = (
         select id from ${this.table}
         where status = 'queued' ${orphans ? `or (${isOrphaned})` : ''}
         order by id limit 1
         for update skip locked
       )
       returning ${this.columns}`,
      [holder],
    );
    return row;
  }

  /** Locks, for the transaction, the rows whose worker is gone. */
  findOrphans(tx: EntityManager, holder: string): Promise<Row[]> {
    return query<Row>(
      tx,
      `select ${this.columns} from ${this.table} where ${isOrphaned} order by id for update skip locked`,
      [holder],
    );
  }

  /** Locks a row for the transaction of a write. @throws LeaseLost when another worker has it */
  async requireHeld(tx: EntityManager, row: QueueRow): Promise<void> {
    await this.expectOne(tx, `select from ${this.table} where ${isHeld} for update`, row);
  }

  /** Changes a row; `set` is SQL whose parameters begin at `$3`. @throws LeaseLost when another worker has it */
  async update(db: EntityManager, row: QueueRow, set: string, parameters: readonly unknown[] = []): Promise<void> {
    await this.expectOne(db, `update ${this.table} set ${set} where ${isHeld} returning id`, row, parameters);
  }

  private async expectOne(
    db: EntityManager,
    sql: string,
    { id, worker }: QueueRow,
    parameters: readonly unknown[] = [],
  ): Promise<void> {
    if ((await query(db, sql, [id, worker, ...parameters])).length === 0)
      throw new LeaseLost(`Another worker has taken over from this one in ${this.table}`);
  }
}
