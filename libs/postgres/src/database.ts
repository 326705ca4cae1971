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
  /** How logs and metrics call it, such as `cms`. */
  readonly name: string;
  readonly url: string;
  /** The most connections of the pool. */
  readonly poolSize: number;
  readonly logger: Logger;
  /** What the server shows for the connections; `mediamesh-<name>` unless given. */
  readonly applicationName?: string;
  readonly entities?: readonly EntitySchema[];
  /** Milliseconds a statement may run before it is cancelled and answered with 503; 5 s unless given. */
  readonly statementTimeout?: number;
}

export interface TransactionOptions {
  /** Cuts the transaction's connection when aborted: nothing of it happens, not even what comes late. */
  readonly signal?: AbortSignal;
}

const maximumAttempts = 4;

/** Opens a service's database. Rejects when it cannot be reached. */
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
 * A service's own PostgreSQL: a pool, transactions, reads. The class is also the injection token.
 * Whatever runs on it answers with an `unavailable` refusal while the server cannot be reached or is overloaded.
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

  /** The handle for reads outside a transaction. */
  get db(): EntityManager {
    return this.source.manager;
  }

  /** The rows of one statement outside a transaction. */
  query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return query<Row>(this.db, sql, parameters);
  }

  /**
   * Runs statements in one transaction; `tx` is the only handle to use inside. After a deadlock or a serialisation
   * failure everything was rolled back and `run` is called again, a few times: it must have no effect outside the
   * transaction.
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

  /** Calls back once the transaction has been committed, never when it is rolled back. The callback must not throw. */
  afterCommit(tx: EntityManager, callback: () => void): void {
    const callbacks = tx.queryRunner && this.callbacks.get(tx.queryRunner);
    if (!callbacks) throw new Error('afterCommit needs the handle of a transaction of this database');
    callbacks.push(callback);
  }

  /** A connection beside the pool, for locks and notifications. */
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

  /** Resolves when the server answers, rejects with a refusal otherwise. */
  async health(): Promise<void> {
    await this.query('select 1');
  }

  /** Closes the pool. Nothing may use the database afterwards; may be called twice. */
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
      // The first error tells why; a connection that cannot roll back is dropped, and the server rolls back itself.
      this.connection.logger.debug('A transaction could not be rolled back', { error: rollbackError });
      await abandonConnection(runner);
    }
    // The driver gives a lost connection back by itself; what the transaction tried next is told apart from its reason
    // here.
    if (error instanceof QueryRunnerAlreadyReleasedError && runner.isReleased) return databaseAway(error);
    return translateFailure(error);
  }
}
