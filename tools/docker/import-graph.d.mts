export function readImports(code: string): { readonly imports: readonly string[]; readonly workers: readonly string[] };
