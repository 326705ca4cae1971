import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Account } from './account.js';
import type { Binaries } from './binaries.js';
import { EmbeddedPostgresError, describeError, systemCode, textField } from './embedded-postgres-error.js';

const run = promisify(execFile);

/** Beside the data, not inside: PostgreSQL's user does not need it. */
const passwordFile = (data: string): string => `${data}.password`;

export async function readPassword(data: string): Promise<string> {
  try {
    const password = (await readFile(passwordFile(data), 'utf8')).trim();
    if (password !== '') return password;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  throw new EmbeddedPostgresError(`the password of the data in ${data} is missing (${passwordFile(data)})`);
}

/** Whether a usable data folder of this major version exists. Throws for one that exists but is unusable. */
async function isInitialised(data: string, major: string): Promise<boolean> {
  let files: string[];
  try {
    files = await readdir(data);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    if (systemCode(error) === 'ENOTDIR')
      throw new EmbeddedPostgresError(`${data} is a file, not a PostgreSQL data folder`);
    throw error;
  }
  if (files.length === 0) return false;
  if (!files.includes('PG_VERSION'))
    throw new EmbeddedPostgresError(`the data folder ${data} is damaged: it has no PG_VERSION`);
  const version = (await readFile(`${data}/PG_VERSION`, 'utf8')).trim();
  if (!/^\d+$/.test(version))
    throw new EmbeddedPostgresError(`the data folder ${data} is damaged: its PG_VERSION is not a version`);
  if (version !== major)
    throw new EmbeddedPostgresError(
      `the data in ${data} was written by PostgreSQL ${version}, this is PostgreSQL ${major}`,
    );
  for (const needed of ['global', 'base', 'pg_wal', 'postgresql.conf', 'pg_hba.conf']) {
    if (!files.includes(needed))
      throw new EmbeddedPostgresError(`the data folder ${data} is damaged: it has no ${needed}`);
  }
  return true;
}

/** Creates a missing data folder. It is renamed at the end: a killed start leaves nothing that resembles data. */
export async function prepareDataFolder(
  data: string,
  binaries: Binaries,
  account: Account | undefined,
  durable: boolean,
  onProgress: (line: string) => void,
): Promise<void> {
  if (await isInitialised(data, binaries.major)) return;
  onProgress(`Preparing PostgreSQL ${binaries.major}`);
  const fresh = `${data}.new`;
  const password = randomBytes(18).toString('base64url');
  const promptFile = `${data}.initial-password`;
  try {
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { mode: 0o700 });
    await rm(promptFile, { force: true });
    await writeFile(promptFile, password, { mode: 0o600 });
    if (account)
      await Promise.all([chown(fresh, account.uid, account.gid), chown(promptFile, account.uid, account.gid)]);
    // The built-in locale provider sorts and folds alike on every system, unlike the system's locales.
    await run(
      binaries.initdb,
      [
        `--pgdata=${fresh}`,
        '--username=postgres',
        '--auth=scram-sha-256',
        `--pwfile=${promptFile}`,
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' }, ...(account && { uid: account.uid, gid: account.gid }) },
    );
    await keepPassword(data, password);
    await rm(data, { recursive: true, force: true }); // empty, or absent
    await rename(fresh, data);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    throw new EmbeddedPostgresError(`PostgreSQL's data folder ${data} could not be made: ${explainInitdb(error)}`, {
      cause: error,
    });
  } finally {
    await rm(promptFile, { force: true });
  }
}

async function keepPassword(data: string, password: string): Promise<void> {
  const fresh = `${passwordFile(data)}.new`;
  await rm(fresh, { force: true });
  const file = await open(fresh, 'wx', 0o600);
  try {
    await file.writeFile(`${password}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, passwordFile(data));
}

function explainInitdb(error: unknown): string {
  const output = textField(error, 'stderr') ?? '';
  const text = `${output}\n${describeError(error)}`;
  if (/No space left on device|ENOSPC/.test(text)) return 'the disk is full';
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /error:|FATAL|PANIC/.test(line)) ?? lines.at(-1) ?? describeError(error);
}
