import { authServiceApi, type UserRole } from '@mediamesh/contracts';
import { makePassword, readPassword } from './password.js';
import type { ServiceClients } from './service-clients.js';
import type { Terminal } from './terminal.js';

export interface UserWish {
  readonly email: string;
  readonly role: UserRole;
  readonly name: string | undefined;
  /** Generates the password and prints it once. */
  readonly generate: boolean;
}

export async function addUser(
  { email, role, name, generate }: UserWish,
  clients: ServiceClients,
  input: NodeJS.ReadStream,
  terminal: Terminal,
): Promise<number> {
  const password = generate ? makePassword() : await readPassword(input, terminal.note);
  const user = await clients(authServiceApi).createUser({
    body: { email, password, role, ...(name !== undefined && { name }) },
  });
  terminal.print(`Made the account ${user.email} (${user.role}), ${user.id}`);
  if (generate) terminal.print(`Password: ${password}`);
  return 0;
}
