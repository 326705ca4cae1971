/** Downloads to a cache outside the repository. Each is made in a temporary folder and renamed when it is complete. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.js';
import { needProgram, run } from './programs.js';
import type { Say } from './server.js';

const STAMP = '.complete';

export const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'mediamesh');

const isComplete = (folder: string, recipe: string): boolean =>
  existsSync(join(folder, STAMP)) && readFileSync(join(folder, STAMP), 'utf8') === recipe;

export interface Download {
  readonly name: string;
  /** The texts that determine the content; a change triggers a new download. */
  readonly recipe: readonly string[];
  readonly make: (folder: string) => void | Promise<void>;
  readonly say: Say;
}

/** The folder of a download. Of several concurrent commands one makes it, and the others wait. */
export async function ensureCached({ name, recipe: texts, make, say }: Download): Promise<string> {
  const recipe = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  const folder = join(cacheFolder(), name);
  if (isComplete(folder, recipe)) return folder;
  mkdirSync(cacheFolder(), { recursive: true });
  return withLock(
    `${folder}.lock`,
    async () => {
      if (isComplete(folder, recipe)) return folder;
      for (const left of readdirSync(cacheFolder()).filter((each) => each.startsWith(`${name}.new-`)))
        rmSync(join(cacheFolder(), left), { recursive: true, force: true });
      const fresh = mkdtempSync(`${folder}.new-`);
      try {
        await make(fresh);
        writeFileSync(join(fresh, STAMP), recipe);
        rmSync(folder, { recursive: true, force: true });
        renameSync(fresh, folder);
      } catch (error) {
        rmSync(fresh, { recursive: true, force: true });
        throw error;
      }
      return folder;
    },
    (pid) => say(`another command (process ${pid}) is downloading it: waiting`),
  );
}

/** The folder with the files of a PyPI wheel. */
export function installWheel(name: string, packageName: string, version: string, say: Say): Promise<string> {
  const make = async (folder: string): Promise<void> => {
    const advice = 'install Python 3 with its venv module (on Debian: apt-get install python3-venv)';
    const python = needProgram('python3', advice);
    say(`fetching ${packageName} with pip`);
    // a virtual environment has pip even if the system has none; it cannot be moved, so only the fetched files stay
    const environment = join(folder, 'environment');
    await run(python, ['-m', 'venv', environment], {
      what: 'Making a Python environment (on Debian: apt-get install python3-venv)',
    });
    const quiet = ['-q', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
    await run(
      join(environment, 'bin/python'),
      ['-m', 'pip', 'install', ...quiet, '--target', join(folder, 'files'), `${packageName}==${version}`],
      { what: 'pip' },
    );
    rmSync(environment, { recursive: true, force: true });
  };
  return ensureCached({ name: `${name}-${version}`, recipe: [packageName, version], say, make });
}
