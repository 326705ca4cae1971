// Jest lets Node load this file directly, so Node must learn the workspace's aliases first.
import '../../../tools/typescript-hooks.mjs';

/** Starts the PostgreSQL of the db tier and passes its URL to the workers. */
export default async function setup(): Promise<void> {
  const { startTestServer } = await import('./database-server.js');
  const { publishTestServerUrl } = await import('./environment.js');
  const server = await startTestServer();
  publishTestServerUrl(server.url);
  // Jest runs setup and teardown in one process, which is all they share.
  Reflect.set(globalThis, 'mediameshTestServer', server);
}
