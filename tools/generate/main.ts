import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateFiles } from './generated-files.js';
import { listBrokenPromises } from './promised-files.js';

/** Folders with generated files only, in which unknown files are stale. */
const generatedFolders = ['docs/openapi'];

/** The path is relative to `dist/tools/generate/`. */
const root = join(import.meta.dirname, '../../..');

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function listLeftOver(files: ReadonlyMap<string, string>): Promise<string[]> {
  const present = await Promise.all(
    generatedFolders.map(async (folder) => (await readdir(join(root, folder))).map((name) => `${folder}/${name}`)),
  );
  return present.flat().filter((path) => !files.has(path));
}

/**
 * `npm run generate` writes the files; `--check` reports differences and fails on any. Both fail, and leave the schema
 * as it is, when a schema that others depend on would change incompatibly.
 */
const onlyCheck = process.argv.includes('--check');
const files = await generateFiles();
for (const folder of generatedFolders) await mkdir(join(root, folder), { recursive: true });
const leftOver = await listLeftOver(files);
const changed: string[] = [];
const broken: string[] = [];
for (const [path, text] of files) {
  const before = await readIfThere(path);
  if (before === text) continue;
  const breaks = before === undefined ? [] : listBrokenPromises(path, before);
  if (breaks.length === 0) changed.push(path);
  broken.push(...breaks.map((one) => `${path}: ${one}`));
}
for (const sentence of broken) console.error(sentence);
if (broken.length > 0) console.error('Others rely on these shapes; libs/contracts/samples/README.md says what to do');

for (const path of [...changed, ...leftOver]) {
  console.log(
    onlyCheck
      ? `${path} is not as \`npm run generate\` would ${leftOver.includes(path) ? 'leave' : 'write'} it`
      : `${leftOver.includes(path) ? 'removed' : 'wrote'} ${path}`,
  );
}
if (broken.length > 0 || (onlyCheck && changed.length + leftOver.length > 0)) process.exitCode = 1;
if (!onlyCheck) {
  for (const path of changed) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), files.get(path) ?? '');
  }
  for (const path of leftOver) await rm(join(root, path));
}
