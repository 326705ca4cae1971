import pg from 'pg';

/** A connection for setting things up: one statement at a time, the rows as the answer. */
export interface Connection {
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/**
 * Opens a connection, hands it to `work` and closes it whatever happens.
 * Rejects with the driver's error when the server cannot be reached within 10 seconds or refuses a statement.
 */
export async function withConnection<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection lost between two statements shows in the next statement; without a listener it would end the process.
  let lost: Error | undefined;
  client.on('error', (error) => {
    lost = error;
  });
  await client.connect();
  try {
    return await work({
      query: async (sql, values) => {
        if (lost) throw lost;
        return (await client.query<Record<string, unknown>>(sql, values)).rows;
      },
    });
  } finally {
    await client.end();
  }
}
