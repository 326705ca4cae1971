/** Finds the files and packages of a compiled program by following its imports. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isBuiltin } from 'node:module';

// the compiler starts every import and re-export on a new line, and puts no comment before it
const STATIC = /^(?:import|export)\b(?:[^"';]*?\bfrom)?\s*(["'])([^"'\n]+)\1/gm;
const DYNAMIC = /\bimport\(\s*(["'])([^"'\n]+)\1\s*[,)]/g;
/** A worker's file is named beside `import.meta.url`, with its own extension or that of the importing file. */
const WORKER = /(["'`])(\.{1,2}\/[^"'`$\n]+)(?:\.js|\$\{extname\(import\.meta\.url\)\})\1/g;

/** All paths in the text of a module. `workers` need not exist. */
export function readImports(code: string): { imports: string[]; workers: string[] } {
  const all = (pattern: RegExp): string[] => [...code.matchAll(pattern)].map((match) => match[2] ?? '');
  const imports = [...all(STATIC), ...all(DYNAMIC)];
  return {
    imports,
    workers: code.includes('import.meta.url')
      ? all(WORKER)
          .map((path) => `${path}.js`)
          .filter((path) => !imports.includes(path))
      : [],
  };
}

// an older Node does not know every `node:` module of Node 26
const isNode = (specifier: string): boolean => specifier.startsWith('node:') || isBuiltin(specifier);

/** `@aws-sdk/client-s3` of `@aws-sdk/client-s3/commands`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

export interface ImportGraph {
  /** Absolute paths. */
  readonly files: ReadonlySet<string>;
  /** Each package with the file that imports it first. */
  readonly packages: ReadonlyMap<string, string>;
  /** The import specifiers of packages. */
  readonly specifiers: ReadonlySet<string>;
}

/** Follows the imports of `entry` (an absolute path). Throws when an import cannot be resolved. */
export function followImports(entry: string): ImportGraph {
  const files = new Set<string>();
  const packages = new Map<string, string>();
  const specifiers = new Set<string>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const code = readFileSync(file, 'utf8');
    const { imports, workers } = readImports(code);
    for (const specifier of imports) {
      if (specifier.startsWith('.')) {
        const target = resolve(dirname(file), specifier);
        if (!existsSync(target)) throw new Error(`${file} imports ${specifier}, which is not there: build first`);
        queue.push(target);
      } else if (!isNode(specifier)) {
        specifiers.add(specifier);
        const name = packageOf(specifier);
        if (!packages.has(name)) packages.set(name, file);
      }
    }
    const started = workers.map((path) => join(dirname(file), path)).filter((path) => existsSync(path));
    if (code.includes('new Worker(') && started.length === 0)
      throw new Error(`${file} starts a worker whose file cannot be told from its text`);
    queue.push(...started);
  }
  return { files, packages, specifiers };
}
