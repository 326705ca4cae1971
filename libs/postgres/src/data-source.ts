import type { Logger } from '@mediamesh/observability';
import { DataSource, type EntitySchema, type QueryRunner } from 'typeorm';
import { connectionOptions, type ConnectionLimits } from './connection-options.js';
import { isUnanswered, translateFailure } from './failures.js';
import type { MigrationClass } from './orm.js';
import { TypeormLog } from './typeorm-log.js';

export interface DataSourceOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly poolSize: number;
  readonly limits: ConnectionLimits;
  readonly logger: Logger;
  readonly entities?: readonly EntitySchema[];
  readonly migrations?: readonly MigrationClass[];
}

/** TypeORM's data source, with the errors of an unreachable database as 503. */
class PostgresDataSource extends DataSource {
  override createQueryRunner(mode: 'master' | 'slave' = 'master'): QueryRunner {
    const runner = super.createQueryRunner(mode);
    const run = runner.query.bind(runner) as (
      sql: string,
      parameters?: unknown[],
      structured?: boolean,
    ) => Promise<never>;
    const translated = async (sql: string, parameters?: unknown[], structured?: boolean): Promise<never> => {
      try {
        return await run(sql, parameters, structured);
      } catch (error) {
        if (isUnanswered(error)) await abandonConnection(runner);
        throw translateFailure(error);
      }
    };
    runner.query = translated;
    return runner;
  }
}

/** Closes a runner's connection, so that no late statement has an effect; the pool drops it. */
export async function abandonConnection(runner: QueryRunner): Promise<void> {
  if (runner.isReleased) return;
  const client = (await runner.connect()) as { end(callback: () => void): void };
  client.end(() => undefined);
}

export const createDataSource = ({
  url,
  applicationName,
  poolSize,
  limits,
  logger,
  entities = [],
  migrations = [],
}: DataSourceOptions): DataSource =>
  new PostgresDataSource({
    type: 'postgres',
    url,
    applicationName,
    poolSize,
    extra: { ...connectionOptions(limits), idleTimeoutMillis: 30_000 },
    poolErrorHandler: (error: unknown) =>
      logger.warn('Lost a database connection', { error, database: applicationName }),
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    entities: [...entities],
    migrations: [...migrations],
    installExtensions: false,
    logger: new TypeormLog(logger),
  });
