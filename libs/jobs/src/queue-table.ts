import { type EntityManager, query } from '@mediamesh/postgres';
import { isLeaseFree, LeaseLost } from './lease.js';

/** A row that a worker holds. */
export interface QueueRow {
  readonly id: string;
  /** The id of the lease under which it is held. */
  readonly worker: string;
}

/** The worker that takes rows. */
export interface Holder {
  /** The id of its lease. */
  readonly id: string;
  /** The ids of the rows it works on. Other rows marked as its own are orphans: their end could not be written. */
  readonly rows: readonly string[];
}

/** Whether the row is the worker's own. */
const isHeld = `id = $1 and worker = $2::uuid and status = 'running'`;

/** `case`: the lock of another worker is tried only for rows that somebody holds. */
const isOrphaned = `
  status = 'running' and case
    when status <> 'running' then false
    when worker = $1::uuid then id::text <> all ($2::text[])
    else ${isLeaseFree('worker')}
  end`;

/**
 * A table that is a queue of work: it has `id`, `status` (`queued`, then `running`, then whatever ends it), `worker`
 * and `started_at`. One worker at a time holds a row. It is an orphan when the lease of that worker is free, or when
 * the worker itself does not work on it any more.
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

  /** Takes the first row that is queued; with `orphans`, also one that is an orphan. */
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

  /** The orphans, locked for the transaction. */
  findOrphans(tx: EntityManager, { id, rows }: Holder): Promise<Row[]> {
    return query<Row>(
      tx,
      `select ${this.columns} from ${this.table} where ${isOrphaned} order by id for update skip locked`,
      [id, rows],
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
