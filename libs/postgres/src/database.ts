import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@mediamesh/observability';
import { untilAborted } from '@mediamesh/resilience';
import {
  type DataSource,
  type EntityManager,
  type EntitySchema,
  type QueryRunner,
  QueryRunnerAlreadyReleasedError,
} from 'typeorm';
import { abandonConnection, createDataSource } from './data-source.js';
import { databaseAway, isRetryable, translateFailure } from './failures.js';
import { query } from './query.js';
import { SideConnection } from './side-connection.js';

export interface DatabaseOptions {
  /** The name in logs and metrics, such as `cms`. */
  readonly name: string;
  readonly url: string;
  readonly poolSize: number;
  readonly logger: Logger;
  /** The connections' name on the server; `mediamesh-<name>` by default. */
  readonly applicationName?: string;
  readonly entities?: readonly EntitySchema[];
  /** Milliseconds after which a statement is cancelled and fails with 503; 5 s by default. */
  readonly statementTimeout?: number;
}

export interface TransactionOptions {
  /** Its abort closes the transaction's connection, so that no late statement has an effect. */
  readonly signal?: AbortSignal;
}

const maximumAttempts = 4;

/** Rejects with an `unavailable` refusal when the database is unreachable. */
export async function openDatabase({
  name,
  url,
  poolSize,
  logger,
  applicationName = `mediamesh-${name}`,
  entities,
  statementTimeout = 5_000,
}: DatabaseOptions): Promise<Database> {
  const source = createDataSource({
    url,
    applicationName,
    poolSize,
    logger,
    entities,
    limits: { connect: 2_500, statement: statementTimeout },
  });
  try {
    await source.initialize();
  } catch (error) {
    throw translateFailure(error);
  }
  return new Database(name, source, { url, applicationName, logger, statementTimeout });
}

/**
 * A service's own PostgreSQL: a pool, transactions, reads. The class is also the injection token. Everything here
 * rejects with an `unavailable` refusal while the server is unreachable or overloaded.
 */
export class Database {
  private readonly callbacks = new WeakMap<QueryRunner, (() => void)[]>();
  private readonly source: DataSource;
  private readonly connection: { url: string; applicationName: string; logger: Logger; statementTimeout: number };

  constructor(
    readonly name: string,
    source: DataSource,
    connection: { url: string; applicationName: string; logger: Logger; statementTimeout: number },
  ) {
    this.source = source;
    this.connection = connection;
  }

  /** The handle for statements outside a transaction. */
  get db(): EntityManager {
    return this.source.manager;
  }

  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return query<Row>(this.db, sql, parameters);
  }

  /**
   * Runs statements in one transaction; `tx` is the only handle to use inside. After a deadlock or a serialisation
   * failure `run` is called again, up to four times in all, so it must have no effect outside the transaction.
   */
  async transaction<T>(run: (tx: EntityManager) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.runOnce(run, options.signal);
      } catch (error) {
        if (!isRetryable(error) || attempt === maximumAttempts) throw error;
        await delay(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  /** Calls back after the commit of a transaction, never after a rollback. The callback must not throw. */
  afterCommit(tx: EntityManager, callback: () => void): void {
    const callbacks = tx.queryRunner && this.callbacks.get(tx.queryRunner);
    if (!callbacks) throw new Error('afterCommit needs the handle of a transaction of this database');
    callbacks.push(callback);
  }

  /** A connection outside the pool, for locks and notifications. */
  openSideConnection(options: { idleTimeout?: number } = {}): Promise<SideConnection> {
    const { url, applicationName, logger, statementTimeout } = this.connection;
    return SideConnection.open({
      url,
      applicationName: `${applicationName}-side`,
      logger,
      statementTimeout,
      ...options,
    });
  }

  /** Rejects with a refusal when the server does not answer. */
  async health(): Promise<void> {
    await this.query('select 1');
  }

  /** Closes the pool. Idempotent. */
  async close(): Promise<void> {
    if (this.source.isInitialized) await this.source.destroy();
  }

  private async runOnce<T>(run: (tx: EntityManager) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const runner = this.source.createQueryRunner();
    const callbacks: (() => void)[] = [];
    this.callbacks.set(runner, callbacks);
    try {
      await runner.startTransaction();
      const work = run(runner.manager);
      const result = await (signal ? untilAborted(work, signal) : work);
      await runner.commitTransaction();
      for (const callback of callbacks) callback();
      return result;
    } catch (error) {
      throw await this.rollBack(runner, error, signal);
    } finally {
      await runner.release();
    }
  }

  private async rollBack(runner: QueryRunner, error: unknown, signal?: AbortSignal): Promise<unknown> {
    try {
      if (signal?.aborted) await abandonConnection(runner);
      else if (runner.isTransactionActive && !runner.isReleased) await runner.rollbackTransaction();
    } catch (rollbackError) {
      // The first error is the cause. The server rolls back by itself when the connection is dropped.
      this.connection.logger.debug('A transaction could not be rolled back', { error: rollbackError });
      await abandonConnection(runner);
    }
    // The driver releases a lost connection by itself, and the next statement then fails with this error.
    if (error instanceof QueryRunnerAlreadyReleasedError && runner.isReleased) return databaseAway(error);
    return translateFailure(error);
  }
}
