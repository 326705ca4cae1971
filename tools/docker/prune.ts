/** Writes what one app needs at run time: compiled files, packages, `main.mjs` to start it, and `health.js`. */
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
import { dirname, join, relative } from 'node:path';
import { appPorts } from '@mediamesh/contracts';
import { followImports } from './import-graph.js';
import { closePackages, type Lock } from './package-closure.js';

/** The command line also has an image; it has no port. */
export const COMMAND_LINE = 'mesh';

/** The parts of a program, relative to the workspace. */
export interface Plan {
  readonly entry: string;
  readonly files: readonly string[];
  /** Folders, such as `node_modules/pg`. */
  readonly packages: readonly string[];
  /** The import specifiers of packages. */
  readonly specifiers: readonly string[];
}

/** Files that no program reads at run time. Licences stay. */
const isSuperfluous = (name: string): boolean =>
  /\.(?:d\.[cm]?ts|map|md|markdown|tsbuildinfo)$/i.test(name) && !/^(?:licen[cs]e|notice|copying)/i.test(name);

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const entryOf = (app: string): string =>
  app === COMMAND_LINE ? 'dist/tools/mesh/main.js' : `dist/apps/${app}/src/main.js`;

/** Throws when the app is unknown or not built, or needs a package that is forbidden in images. */
export function planPruning(root: string, app: string): Plan {
  const entry = entryOf(app);
  if (!existsSync(join(root, entry))) throw new Error(`There is no ${entry}: ${app} is no app, or nothing is built`);
  const { files, packages, specifiers } = followImports(join(root, entry));
  const { packages: lock } = readJson(join(root, 'package-lock.json')) as { readonly packages: Lock };
  const wanted = [...packages].map(([name, file]) => [name, relative(root, file)] as const);
  return {
    entry,
    files: [...files].map((file) => relative(root, file)).sort(),
    packages: closePackages(wanted, lock, (path) => existsSync(join(root, path, 'package.json'))),
    specifiers: [...specifiers].sort(),
  };
}

/** Copies a folder without its subfolder `except`. */
function copyFolder(from: string, to: string, copy: (from: string, to: string) => void, except = ''): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      if (entry.name !== except) copyFolder(source, target, copy);
    } else if (entry.isFile() && !isSuperfluous(entry.name)) copy(source, target);
  }
}

/** Replaces the folder; throws if it holds anything else. `link` hard-links packages, for read-only use. */
export function pruneApp(root: string, app: string, folder: string, { link = false } = {}): Plan {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, 'main.mjs')))
    throw new Error(`${folder} holds something else`);
  const plan = planPruning(root, app);
  rmSync(folder, { recursive: true, force: true });
  for (const file of plan.files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
    // source maps of the apps stay, for readable stack traces
    if (existsSync(join(root, `${file}.map`))) copyFileSync(join(root, `${file}.map`), join(folder, `${file}.map`));
  }
  // nested node_modules are in the list themselves
  for (const path of plan.packages)
    copyFolder(join(root, path), join(folder, path), link ? linkSync : copyFileSync, 'node_modules');
  const { version } = readJson(join(root, 'package.json')) as { readonly version: string };
  const port = Object.entries(appPorts).find(([name]) => name === app)?.[1];
  const manifest = { name: app, version, private: true, type: 'module', ...(port && { config: { port } }) };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  writeFileSync(join(folder, 'main.mjs'), `import './${plan.entry}';\n`);
  copyFileSync(join(root, 'dist/tools/docker/health.js'), join(folder, 'health.js'));
  return plan;
}
