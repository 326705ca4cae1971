// Jest hands this file to Node as it is, so it teaches Node the workspace's aliases before it needs them.
import '../../../tools/typescript-hooks.mjs';

/** Starts the db tier's PostgreSQL before the first test and tells the workers its address. */
export default async function setup(): Promise<void> {
  const { startTestServer } = await import('./database-server.js');
  const { publishTestServerUrl } = await import('./environment.js');
  const server = await startTestServer();
  publishTestServerUrl(server.url);
  // Jest runs setup and teardown in one process and shares nothing else
  Reflect.set(globalThis, 'mediameshTestServer', server);
}
