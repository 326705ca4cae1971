import type { Logger } from '@mediamesh/observability';
import pg from 'pg';
import { connectionOptions } from './connection-options.js';
import { translateFailure } from './failures.js';

/**
 * A connection outside the pool, for advisory locks and notifications. It does not reconnect: when it breaks, `lost` is
 * aborted and its locks are free.
 */
export class SideConnection {
  /** Aborted when the connection is lost or closed. */
  readonly lost: AbortSignal;
  private readonly client: pg.Client;
  private last: Promise<unknown> = Promise.resolve();

  private constructor(client: pg.Client, lost: AbortSignal) {
    this.client = client;
    this.lost = lost;
  }

  /**
   * Rejects with `unavailable`. `idleTimeout`: milliseconds without a statement after which the server ends the
   * session.
   */
  static async open(options: {
    url: string;
    applicationName: string;
    logger: Logger;
    statementTimeout: number;
    idleTimeout?: number;
  }): Promise<SideConnection> {
    const { url, applicationName, logger, statementTimeout, idleTimeout = 0 } = options;
    const client = new pg.Client({
      ...connectionOptions({ connect: 2_500, statement: statementTimeout }),
      connectionString: url,
      application_name: applicationName,
      options: `-c idle_session_timeout=${idleTimeout}`,
    });
    const controller = new AbortController();
    client.on('error', (error) => {
      logger.warn('Lost a side connection', { error, database: applicationName });
      controller.abort();
    });
    client.on('end', () => controller.abort());
    try {
      await client.connect();
    } catch (error) {
      throw translateFailure(error);
    }
    return new SideConnection(client, controller.signal);
  }

  /** The rows of a statement. Statements run one by one, in the order of the calls. */
  async query<Row>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    const answer = this.last.then(() => this.client.query(sql, [...parameters]));
    this.last = answer.catch(() => undefined); // the caller gets the error
    try {
      return (await answer).rows as Row[];
    } catch (error) {
      throw translateFailure(error);
    }
  }

  /** Subscribes to a channel's notifications for as long as the connection lives. */
  async listen(channel: string, onNotify: (payload: string) => void): Promise<void> {
    this.client.on('notification', (message) => {
      if (message.channel === channel) onNotify(message.payload ?? '');
    });
    await this.query(`listen ${pg.escapeIdentifier(channel)}`);
  }

  /** Ends the session. After a second without an answer it closes the socket. */
  async close(): Promise<void> {
    if (this.lost.aborted) return;
    const timer = setTimeout(() => this.client.connection.stream.destroy(), 1_000);
    await this.client.end();
    clearTimeout(timer);
  }
}
