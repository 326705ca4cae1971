/**
 * Compiles the TypeScript of the workspace to `dist/` in the same tree. Builds are incremental; outputs of deleted
 * sources are deleted. `node tools/build.mjs` builds; other programs import `planBuild`.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { paths, swcOptions, workspaceRoot } from './swc-options.mjs';

const SOURCES = ['apps', 'libs', 'migrations', 'tools', 'bench'];
const IGNORED_FOLDERS = new Set(['node_modules', 'dist', 'lint-proofs']);
const ASSET = /\.(sql|json|graphql|html|css|txt|xml)$/;
const NOT_ASSETS = new Set(['project.json', 'package.json', 'tsconfig.json']);
const dist = join(workspaceRoot, 'dist');
const stampFile = join(dist, '.build.json');

const isTypeScript = (path) => path.endsWith('.ts') && !path.endsWith('.d.ts');
const isSource = (path) => isTypeScript(path) && !path.endsWith('.spec.ts');
// assets count only in `src/`: configuration and test fixtures lie outside of it
const isAsset = (path, name) =>
  ASSET.test(name) && !NOT_ASSETS.has(name) && /(^|\/)src\//.test(path) && !path.includes('/fixtures/');
const outputOf = (path) => join(dist, isTypeScript(path) ? path.replace(/\.ts$/, '.js') : path);

/** The time and size of every file to build: `{ 'apps/…/main.ts': '1763…:812' }`. */
function listSources() {
  const found = {};
  const walk = (folder) => {
    for (const entry of readdirSync(join(workspaceRoot, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!IGNORED_FOLDERS.has(entry.name)) walk(path);
      } else if (isSource(path) || isAsset(path, entry.name)) {
        const { mtimeMs, size } = statSync(join(workspaceRoot, path));
        found[path] = `${mtimeMs}:${size}`;
      }
    }
  };
  for (const folder of SOURCES) if (statSync(join(workspaceRoot, folder), { throwIfNoEntry: false })) walk(folder);
  return found;
}

/** A hash of everything but the file itself that determines its output; a change rebuilds all files. */
function hashRecipe() {
  const compiler = readFileSync(join(workspaceRoot, 'node_modules/@swc/core/package.json'), 'utf8').match(
    /"version": *"([^"]+)"/,
  )?.[1];
  const text = JSON.stringify([swcOptions, paths, compiler]) + readFileSync(fileURLToPath(import.meta.url), 'utf8');
  return createHash('sha256').update(text).digest('hex');
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return { recipe: '', files: {} }; // no build yet, or an interrupted one: everything is compiled
  }
}

/** The changes since the last build: `{ changed, removed, files, recipe }`, paths relative to the workspace. */
export function planBuild() {
  const files = listSources();
  const recipe = hashRecipe();
  const stamp = readStamp();
  const names = Object.keys(files);
  const removed = Object.keys(stamp.files).filter((path) => !(path in files));
  const added = names.some((path) => !(path in stamp.files));
  // a new or deleted file can change how an alias resolves in other files
  const everything = recipe !== stamp.recipe || added || removed.length > 0;
  const changed = names.filter(
    (path) => everything || files[path] !== stamp.files[path] || !statSync(outputOf(path), { throwIfNoEntry: false }),
  );
  return { changed, removed, files, recipe };
}

function write(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, content);
  renameSync(fresh, path);
}

async function compile(swc, path) {
  const output = outputOf(path);
  const { code, map } = await swc.transformFile(join(workspaceRoot, path), {
    ...swcOptions,
    jsc: { ...swcOptions.jsc, baseUrl: workspaceRoot, paths },
    module: { ...swcOptions.module, resolveFully: true },
    inlineSourcesContent: false,
    sourceFileName: relative(dirname(output), join(workspaceRoot, path)),
  });
  write(`${output}.map`, map);
  write(output, `${code}//# sourceMappingURL=${output.slice(dirname(output).length + 1)}.map\n`);
}

/** Builds the changed files and returns their number. Throws one error that names every file that failed. */
export async function build(plan = planBuild()) {
  const { changed, removed, files, recipe } = plan;
  if (changed.length === 0 && removed.length === 0) return 0;
  const { default: swc } = await import('@swc/core');
  const failures = [];
  const queue = [...changed];
  const work = async () => {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      try {
        if (isTypeScript(path)) await compile(swc, path);
        else {
          mkdirSync(dirname(outputOf(path)), { recursive: true });
          copyFileSync(join(workspaceRoot, path), outputOf(path));
        }
      } catch (error) {
        failures.push({ path, message: error instanceof Error ? error.message : String(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() * 2 }, work));
  for (const path of removed) for (const suffix of ['', '.map']) rmSync(`${outputOf(path)}${suffix}`, { force: true });
  // failed files are left out of the stamp, so that the next build retries them
  const built = Object.fromEntries(
    Object.entries(files).filter(([path]) => !failures.some((failure) => failure.path === path)),
  );
  write(stampFile, JSON.stringify({ recipe, files: built }));
  if (failures.length > 0)
    throw new Error(failures.map(({ path, message }) => `${path} does not compile: ${message}`).join('\n'));
  return changed.length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  try {
    const count = await build();
    console.log(
      count === 0
        ? 'build: nothing has changed'
        : `build: ${count} files in ${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
