import pg from 'pg';

const int8 = 20;

/** Per connection, so that the driver's global parsers stay unchanged: an int8 is a number if safe, else a string. */
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
    return oid === int8 && format !== 'binary' ? readInt8 : pg.types.getTypeParser(oid, format as 'text');
  },
};

function readInt8(value: string): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

export interface ConnectionLimits {
  /** Milliseconds to get a connection, from the pool or from the server. */
  readonly connect: number;
  /** Milliseconds a statement may run; 0 is no limit. */
  readonly statement: number;
}

/** The options of every connection: keep-alive, timeouts on both ends, type parsers. */
export const connectionOptions = (limits: ConnectionLimits) => ({
  types,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  connectionTimeoutMillis: limits.connect,
  statement_timeout: limits.statement || undefined,
  // Longer than the server's own timeout, for a server that does not answer at all.
  query_timeout: limits.statement ? limits.statement + 1_000 : undefined,
  idle_in_transaction_session_timeout: 60_000,
});
