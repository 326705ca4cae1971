import type { TestServer } from './database-server.js';

export default async function teardown(): Promise<void> {
  const server = Reflect.get(globalThis, 'mediameshTestServer') as TestServer | undefined;
  await server?.remove();
}
