import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EmbeddedPostgresError, describeError } from './embedded-postgres-error.js';

const run = promisify(execFile);

/** The system user for PostgreSQL under root, because PostgreSQL itself refuses root. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

async function findAccount(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined; // `id` fails only when the user does not exist
  }
}

/** Under root `postgres`, which is created if it is missing, else `nobody`. `undefined` for an ordinary user. */
export async function findServerAccount(onProgress: (line: string) => void): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const known = (await findAccount('postgres')) ?? (await findAccount('_postgres'));
  if (known) return known;
  let reason = '';
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]);
    onProgress('PostgreSQL does not run as root: made the system user postgres for it');
  } catch (error) {
    reason = describeError(error);
  }
  const account = (await findAccount('postgres')) ?? (await findAccount('nobody'));
  if (!account)
    throw new EmbeddedPostgresError(`PostgreSQL does not run as root, and no user could be made for it: ${reason}`);
  return account;
}

/** Whether the account may enter the folder. The system decides, so every kind of permission counts. */
export async function canEnter(account: Account, folder: string): Promise<boolean> {
  try {
    await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { uid: account.uid, gid: account.gid, cwd: '/' });
    return true;
  } catch {
    return false; // a non-zero exit code
  }
}
