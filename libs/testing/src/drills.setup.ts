// Jest hands this file to Node as it is, so it teaches Node the workspace's aliases before it needs them.
import '../../../tools/typescript-hooks.mjs';

/** Starts servers that the drills may kill, and tells the workers where. */
export default async function setup(): Promise<void> {
  const { OwnServers } = await import('./own-servers.js');
  const servers = await OwnServers.start(['kafka', 'redis', 'opensearch', 's3']);
  // Jest runs setup and teardown in one process and shares nothing else
  Reflect.set(globalThis, 'mediameshOwnServers', servers);
}
