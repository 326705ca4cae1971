import { type EntityManager, execute, query } from '@mediamesh/postgres';

export interface DueTableOptions {
  readonly table: string;
  readonly key: readonly string[];
  /** SQL of the columns to read besides the key and `attempts`. */
  readonly columns: string;
  /** SQL condition for rows that have work to do. It refers to the table by its name. */
  readonly isOpen: string;
  /** Seconds an attempt may take before another worker may take the row. */
  readonly lease: number;
}

/** A row that was taken. The columns of its key keep their names. */
export type DueRow<Row> = Row & { readonly attempts: number };

/**
 * A table of scheduled work, with `due_at` and `attempts`. Taking a row sets `due_at` to the end of the lease, so the
 * row is retried when its worker dies. The attempt number is the fence: a worker whose row was taken again changes
 * nothing.
 */
export class DueTable<Row extends object> {
  constructor(private readonly options: DueTableOptions) {}

  /** Takes up to `limit` due rows, the longest due first. */
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

  /** Makes a row due in some seconds. Returns whether the worker still held it. */
  postpone(db: EntityManager, row: DueRow<Row>, seconds: number): Promise<boolean> {
    return this.update(db, row, 'due_at = clock_timestamp() + make_interval(secs => $1)', [seconds]);
  }

  /** Changes a row. `set` is SQL with parameters from `$1` on. Returns whether the worker still held the row. */
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
