/**
 * `node tools/docker/prune.mjs <app> <folder>`: writes what one app needs to run and nothing else, from `dist/` and
 * node_modules as they are: its compiled files, its packages, `main.mjs` to start it and `health.mjs` to ask it.
 * Plain Node, nothing from node_modules.
 */
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { followImports } from './import-graph.mjs';
import { closePackages } from './package-closure.mjs';

export const workspaceRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** The operators' command line is an image too: it ends by itself and has no port. */
export const COMMAND_LINE = 'mesh';

/** Read by people and compilers, never by a program that runs. Licences stay with what they are for. */
const isSuperfluous = (name) =>
  /\.(?:d\.[cm]?ts|map|md|markdown|tsbuildinfo)$/i.test(name) && !/^(?:licen[cs]e|notice|copying)/i.test(name);

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** The nine apps with their usual ports, as the contracts have them. */
export async function readAppPorts(root = workspaceRoot) {
  const { appPorts } = await import(pathToFileURL(join(root, 'dist/libs/contracts/src/kernel/apps.js')).href);
  return appPorts;
}

/** Where a program starts, relative to the workspace. */
const entryOf = (app) => (app === COMMAND_LINE ? 'dist/tools/mesh/main.js' : `dist/apps/${app}/src/main.js`);

/** What a program consists of, relative to the workspace: `{ entry, files, packages, specifiers }`. */
export function planPruning(root, app) {
  const entry = entryOf(app);
  if (!existsSync(join(root, entry))) throw new Error(`There is no ${entry}: ${app} is no app, or nothing is built`);
  const { files, packages, specifiers } = followImports(join(root, entry));
  const { packages: lock } = readJson(join(root, 'package-lock.json'));
  const wanted = new Map([...packages].map(([name, file]) => [name, relative(root, file)]));
  return {
    entry,
    files: [...files].map((file) => relative(root, file)).sort(),
    packages: closePackages(wanted, lock, (path) => existsSync(join(root, path, 'package.json'))),
    specifiers: [...specifiers].sort(),
  };
}

/** Copies a folder but for what is called `except` in it. */
function copyFolder(from, to, copy, except = '') {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      if (entry.name !== except) copyFolder(source, target, copy);
    } else if (entry.isFile() && !isSuperfluous(entry.name)) copy(source, target);
  }
}

/**
 * Writes the folder anew and answers the plan it followed. Refuses a folder that holds anything else. With `link` the
 * files of packages are linked instead of copied, for a folder that is only read.
 */
export async function pruneApp(root, app, folder, { link = false } = {}) {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, 'main.mjs')))
    throw new Error(`${folder} holds something else`);
  const plan = planPruning(root, app);
  const port = (await readAppPorts(root))[app];
  rmSync(folder, { recursive: true, force: true });
  for (const file of plan.files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
    // our own maps stay: stack traces name the lines that people know
    if (existsSync(join(root, `${file}.map`))) copyFileSync(join(root, `${file}.map`), join(folder, `${file}.map`));
  }
  // what lies in a package's own node_modules is in the list by itself
  for (const path of plan.packages)
    copyFolder(join(root, path), join(folder, path), link ? linkSync : copyFileSync, 'node_modules');
  const { version } = readJson(join(root, 'package.json'));
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ name: app, version, private: true, type: 'module', ...(port && { config: { port } }) }, null, 2)}\n`,
  );
  writeFileSync(join(folder, 'main.mjs'), `import './${plan.entry}';\n`);
  copyFileSync(fileURLToPath(new URL('health.mjs', import.meta.url)), join(folder, 'health.mjs'));
  return plan;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [app, folder] = process.argv.slice(2);
  try {
    if (!app || !folder) throw new Error('Usage: node tools/docker/prune.mjs <app> <folder>');
    const { files, packages } = await pruneApp(workspaceRoot, app, resolve(folder));
    console.log(`${app}: ${files.length} files and ${packages.length} packages`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
