import pg from 'pg';

const int8 = 20;

/** Per connection, so that nothing global changes: an int8 that a number holds exactly is a number, else its text. */
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

/** What every connection has: keep-alives, time-outs on both ends, our way of reading types. */
export const connectionOptions = (limits: ConnectionLimits) => ({
  types,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  connectionTimeoutMillis: limits.connect,
  statement_timeout: limits.statement || undefined,
  // The server's own limit answers first; this one is for a server that answers nothing at all.
  query_timeout: limits.statement ? limits.statement + 1_000 : undefined,
  idle_in_transaction_session_timeout: 60_000,
});
