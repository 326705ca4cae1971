export interface Leftovers {
  readonly found: readonly string[];
  readonly problems: readonly string[];
}
export function nameOfRun(now?: number): string;
export function isAbandoned(text: string, now?: number): boolean;
export function listLeftovers(
  environment: Readonly<Record<string, string | undefined>>,
  isOurs: (name: string) => boolean,
): Promise<Leftovers>;
export function removeLeftovers(
  environment: Readonly<Record<string, string | undefined>>,
  isOurs: (name: string) => boolean,
): Promise<Leftovers>;
