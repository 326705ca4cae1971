/** What `servers.json` says of one server. */
export interface ServerRecord {
  version: string;
  /** By purpose: `broker`, `http`, … */
  ports: Record<string, number>;
  /** Absent while it is stopped; a process of this id may be another's: ask isServer of processes.mjs. */
  pid?: number;
  program: string;
  address: string;
  /** Its log file. */
  log: string;
  /** ISO 8601, UTC. */
  startedAt: string;
}

export function serversFolder(env?: Record<string, string | undefined>): string;
export function readRecord(folder: string): Record<string, ServerRecord>;
export function changeRecord(
  folder: string,
  name: string,
  change: (old: Partial<ServerRecord>) => object,
): Promise<ServerRecord>;
