import type { OwnServers } from './own-servers.js';

export default async function teardown(): Promise<void> {
  const servers = Reflect.get(globalThis, 'mediameshOwnServers') as OwnServers | undefined;
  await servers?.remove();
}
