import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { generateFiles } from './generated-files.js';

/** Folders that hold generated files only, so that one nobody generates any more is noticed. */
const generatedFolders = ['docs/openapi'];

/** Compiled, this file stands in `dist/tools/generate/`. */
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
  const present = await Promise.all(generatedFolders.map(async (folder) => (await readdir(join(root, folder))).map((name) => `${folder}/${name}`)));
  return present.flat().filter((path) => !files.has(path));
}

/** `npm run generate` writes the files; with `--check` it only says which are not as they would be written, and fails. */
const onlyCheck = process.argv.includes('--check');
const files = await generateFiles();
for (const folder of generatedFolders) await mkdir(join(root, folder), { recursive: true });
const leftOver = await listLeftOver(files);
const changed: string[] = [];
for (const [path, text] of files) if ((await readIfThere(path)) !== text) changed.push(path);

for (const path of [...changed, ...leftOver]) {
  console.log(onlyCheck ? `${path} is not as \`npm run generate\` would ${leftOver.includes(path) ? 'leave' : 'write'} it` : `${leftOver.includes(path) ? 'removed' : 'wrote'} ${path}`);
}
if (onlyCheck) process.exitCode = changed.length + leftOver.length === 0 ? 0 : 1;
else {
  for (const path of changed) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), files.get(path) ?? '');
  }
  for (const path of leftOver) await rm(join(root, path));
}
