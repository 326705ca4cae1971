import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { forgetEmbeddedPostgres, startEmbeddedPostgres, withConnection } from '@mediamesh/postgres/embedded';
import { makeFolder } from './mesh-process.js';

/** Statistics of a statement. */
export interface StatementTime {
  readonly database: string;
  readonly query: string;
  readonly calls: number;
  readonly rows: number;
  readonly milliseconds: number;
}

/** A PostgreSQL with statement times (pg_stat_statements): planning, execution and commits, without the network. */
export class TimedPostgres implements AsyncDisposable {
  private closed: Promise<void> | undefined;

  private constructor(
    private readonly folder: string,
    /** With the superuser's account. */
    readonly url: string,
    private readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<TimedPostgres> {
    const folder = await makeFolder();
    const dataFolder = join(folder, 'postgres');
    const plain = await startEmbeddedPostgres({ dataFolder });
    await withConnection(plain.url, async (connection) => {
      await connection.query("alter system set shared_preload_libraries = 'pg_stat_statements'");
      await connection.query("alter system set pg_stat_statements.track_planning = 'on'");
      await connection.query('create extension pg_stat_statements');
    });
    await plain.stop();
    const timed = await startEmbeddedPostgres({ dataFolder });
    return new TimedPostgres(folder, timed.url, async () => {
      await timed.stop();
      await forgetEmbeddedPostgres(dataFolder);
    });
  }

  urlOf(database: string): string {
    const url = new URL(this.url);
    url.pathname = `/${database}`;
    return url.href;
  }

  async forgetTimes(): Promise<void> {
    await withConnection(this.url, (connection) => connection.query('select pg_stat_statements_reset()'));
  }

  /** The statements of these databases since the last reset, slowest first. */
  async readTimes(databases: readonly string[]): Promise<StatementTime[]> {
    const rows = await withConnection(this.url, (connection) =>
      connection.query(
        `select datname as database, query, calls::float8, rows::float8,
           total_plan_time + total_exec_time as milliseconds
         from pg_stat_statements
         join pg_database on pg_database.oid = dbid
         where datname = any ($1)
         order by milliseconds desc`,
        [databases],
      ),
    );
    return rows as unknown as StatementTime[];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return (this.closed ??= this.stop().then(() => rm(this.folder, { recursive: true, force: true })));
  }
}

export const totalOf = (times: readonly StatementTime[]): number =>
  times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
