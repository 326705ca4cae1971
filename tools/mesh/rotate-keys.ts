import { authServiceApi } from '@mediamesh/contracts';
import type { ServiceClients } from './service-clients.js';
import type { Terminal } from './terminal.js';

/** Creates a signing key and prints when it becomes active and when the others retire. */
export async function rotateKeys(clients: ServiceClients, terminal: Terminal): Promise<number> {
  const { kid, signsFrom, retires } = await clients(authServiceApi).rotateKeys({});
  terminal.print(`Made the key ${kid}; it signs from ${signsFrom}`);
  for (const { kid: old, at } of retires) terminal.print(`The key ${old} retires at ${at}`);
  return 0;
}
