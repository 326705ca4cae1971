/** Runs a program of `dist/` with Node 26, installed and built. `--dev` installs the development packages too. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './install.mjs';
import { main, makeReady, root, runProgram } from './launch.mjs';

await main(async () => {
  const isDev = process.argv[2] === '--dev';
  const [entry, ...args] = process.argv.slice(isDev ? 3 : 2);
  if (!entry) throw new Failure('Usage: node tools/run.mjs [--dev] <program below dist> [arguments]');
  // standard output belongs to the program
  await makeReady({ set: isDev ? 'all' : 'production', say: (line) => console.error(line) });
  const program = join(root, 'dist', entry);
  if (!existsSync(program)) throw new Failure(`There is no program ${entry}.`);
  return runProgram(['--enable-source-maps', program, ...args]);
});
