import type { TestServer } from './database-server.js';

/** Stops the db tier's PostgreSQL and removes its data. */
export default async function teardown(): Promise<void> {
  const server = Reflect.get(globalThis, 'mediameshTestServer') as TestServer | undefined;
  await server?.remove();
}
