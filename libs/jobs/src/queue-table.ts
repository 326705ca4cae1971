import { type EntityManager, query } from '@mediamesh/postgres';
import { isLeaseFree, LeaseLost } from './lease.js';

export interface QueueRow {
  readonly id: string;
  /** The id of the lease under which the row is held. */
  readonly worker: string;
}

export interface Holder {
  readonly id: string;
  /** The ids of the rows it handles. Other rows with its lease are orphans, whose end could not be written. */
  readonly rows: readonly string[];
}

const isHeld = `id = $1 and worker = $2::uuid and status = 'running'`;

/** `case` makes sure that the lock is tried only for running rows. */
const isOrphaned = `
  status = 'running' and case
    when status <> 'running' then false
    when worker = $1::uuid then id::text <> all ($2::text[])
    else ${isLeaseFree('worker')}
  end`;

/**
 * A table used as a work queue. It has `id`, `status` (`queued`, `running`, then a final one), `worker` and
 * `started_at`. One worker at a time holds a row. The row is an orphan when that worker's lease is free, or when the
 * worker itself no longer handles it.
 */
export class QueueTable<Row extends QueueRow> {
  private readonly columns: string;

  /** `columns`: SQL of the columns to read besides id and worker. */
  constructor(
    private readonly table: string,
    columns: string,
  ) {
    this.columns = `id, worker, ${columns}`;
  }

  /** Takes the first queued row; with `orphans`, the first queued row or orphan. */
  async take(db: EntityManager, { id, rows }: Holder, { orphans = false } = {}): Promise<Row | undefined> {
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
      orphans ? [id, rows] : [id],
    );
    return row;
  }

  findOrphans(tx: EntityManager, { id, rows }: Holder): Promise<Row[]> {
    return query<Row>(
      tx,
      `select ${this.columns} from ${this.table} where ${isOrphaned} order by id for update skip locked`,
      [id, rows],
    );
  }

  /** Locks a row for the transaction. @throws LeaseLost when another worker has it */
  async requireHeld(tx: EntityManager, row: QueueRow): Promise<void> {
    await this.expectOne(tx, `select from ${this.table} where ${isHeld} for update`, row);
  }

  /** Changes a row. `set` is SQL with parameters from `$3` on. @throws LeaseLost when another worker has the row */
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
