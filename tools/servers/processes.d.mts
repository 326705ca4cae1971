/** How the process of a server is known: by its program and its folder. */
export interface KnownServer {
  program: string;
  folder: string;
}

export function isCommandOf(command: string[], server: KnownServer): boolean;
export function isServer(pid: number, server: KnownServer): boolean;
export function findServers(server: KnownServer): number[];
export function isFrozen(pid: number): boolean;
export function readStartOf(pid: number): string | undefined;
export function readMemoryOf(pid: number): number;
export function endServer(
  pid: number,
  server: KnownServer,
  options?: { signal?: NodeJS.Signals; patienceMs?: number },
): Promise<'in order' | 'by force' | undefined>;
