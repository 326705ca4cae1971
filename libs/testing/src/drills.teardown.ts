import type { OwnServers } from './own-servers.js';

/** Stops the servers of the drills and removes their data. */
export default async function teardown(): Promise<void> {
  const servers = Reflect.get(globalThis, 'mediameshOwnServers') as OwnServers | undefined;
  await servers?.remove();
}
