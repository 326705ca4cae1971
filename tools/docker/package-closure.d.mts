export interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly dev?: boolean;
}
export function closePackages(
  names: Iterable<readonly [name: string, wantedBy: string]>,
  lock: Readonly<Record<string, LockedPackage>>,
  isInstalled: (path: string) => boolean,
): string[];
