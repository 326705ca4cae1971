/** What a compiled program consists of: its own files and the packages they name, found by following imports. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isBuiltin } from 'node:module';

// The compiler writes every import and re-export at the start of a line, and keeps comments away from there.
const STATIC = /^(?:import|export)\b(?:[^"';]*?\bfrom)?\s*(["'])([^"'\n]+)\1/gm;
const DYNAMIC = /\bimport\(\s*(["'])([^"'\n]+)\1\s*[,)]/g;
/** A file that a program starts as a worker is named beside `import.meta.url`, with its extension or by its own. */
const WORKER = /(["'`])(\.{1,2}\/[^"'`$\n]+)(?:\.js|\$\{extname\(import\.meta\.url\)\})\1/g;

/** Everything the text of one module names: `{ imports, workers }`; workers need not exist. */
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

// an older Node does not know every `node:` module of the one the program runs on
const isNode = (specifier: string): boolean => specifier.startsWith('node:') || isBuiltin(specifier);

/** `@aws-sdk/client-s3` of `@aws-sdk/client-s3/commands`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** What a program imports, directly and through its own files. */
export interface ImportGraph {
  /** Absolute paths. */
  readonly files: ReadonlySet<string>;
  /** Each package with the file that names it first. */
  readonly packages: ReadonlyMap<string, string>;
  /** What is imported of packages, word for word. */
  readonly specifiers: ReadonlySet<string>;
}

/** Follows the imports of `entry` (an absolute path). Throws when an import leads nowhere. */
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
