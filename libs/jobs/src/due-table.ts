import { type EntityManager, execute, query } from '@mediamesh/postgres';

export interface DueTableOptions {
  readonly table: string;
  /** The columns of the primary key. */
  readonly key: readonly string[];
  /** What is read of a row besides its key and `attempts`, as SQL. */
  readonly columns: string;
  /** SQL that says whether there is anything to be done with a row of the table, which it calls by its name. */
  readonly isOpen: string;
  /** Seconds a try may take before somebody else makes another one. */
  readonly lease: number;
}

/** A row whose time has come; the columns of its key have their own names. */
export type DueRow<Row> = Row & { readonly attempts: number };

/**
 * A table of what is to be done at a time: it has `due_at` and `attempts`. Taking a row sets its time to the end of
 * the lease, so it is tried again when its worker dies. The number of the attempt is the fence: a worker whose row was
 * taken again can change nothing.
 */
export class DueTable<Row extends object> {
  constructor(private readonly options: DueTableOptions) {}

  /** Takes at most `limit` rows whose time has come, the longest due first. */
  take(db: EntityManager, limit: number): Promise<DueRow<Row>[]> {
    const { table, key, columns, isOpen, lease } = this.options;
    const keys = key.join(', ');
    return query<DueRow<Row>>(
      db,
      `with due as materialized (
         select ${keys} from ${table}
         where due_at <= clock_timestamp() and ${isOpen}
         order by due_at limit $1
         for update of ${table} skip locked
       )
       update ${table}
       set attempts = attempts + 1, due_at = clock_timestamp() + make_interval(secs => $2)
       from due
       where ${key.map((column) => `${table}.${column} = due.${column}`).join(' and ')}
       returning ${[...key.map((column) => `${table}.${column}`), `${table}.attempts`, columns].join(', ')}`,
      [limit, lease],
    );
  }

  /** Makes a row due again in some seconds. Answers whether it was still this worker's. */
  postpone(db: EntityManager, row: DueRow<Row>, seconds: number): Promise<boolean> {
    return this.update(db, row, 'due_at = clock_timestamp() + make_interval(secs => $1)', [seconds]);
  }

  /** Changes a row; `set` is SQL whose parameters begin at `$1`. Answers whether it was still this worker's. */
  async update(
    db: EntityManager,
    row: DueRow<Row>,
    set: string,
    parameters: readonly unknown[] = [],
  ): Promise<boolean> {
    const { table, key } = this.options;
    const values: Readonly<Record<string, unknown>> = { ...row };
    const fence = [...key, 'attempts'];
    const conditions = fence.map((column, index) => `${column} = $${parameters.length + index + 1}`);
    const changed = await execute(db, `update ${table} set ${set} where ${conditions.join(' and ')}`, [
      ...parameters,
      ...fence.map((column) => values[column]),
    ]);
    return changed > 0;
  }
}
