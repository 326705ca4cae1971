// Jest lets Node load this file directly, so Node must learn the workspace's aliases first.
import '../../../tools/typescript-hooks.mjs';

/** Starts servers that the drills may kill, and passes their addresses to the workers. */
export default async function setup(): Promise<void> {
  const { OwnServers } = await import('./own-servers.js');
  const servers = await OwnServers.start(['kafka', 'redis', 'opensearch', 's3']);
  // Jest runs setup and teardown in one process, which is all they share.
  Reflect.set(globalThis, 'mediameshOwnServers', servers);
}
