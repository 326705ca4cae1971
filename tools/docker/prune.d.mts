export interface Plan {
  readonly entry: string;
  readonly files: readonly string[];
  readonly packages: readonly string[];
  readonly specifiers: readonly string[];
}
export function planPruning(root: string, app: string): Plan;
export function pruneApp(
  root: string,
  app: string,
  folder: string,
  options?: { readonly link?: boolean },
): Promise<Plan>;
