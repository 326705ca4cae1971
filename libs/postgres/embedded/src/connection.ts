import pg from 'pg';

export interface Connection {
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/** Closes the connection after `work`. Rejects with the driver's error, after 10 s when the server is unreachable. */
export async function withConnection<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A lost connection shows in the next statement; without a listener, the error would end the process.
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
