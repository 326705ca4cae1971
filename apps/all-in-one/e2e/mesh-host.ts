import type { AppName } from '@mediamesh/contracts';

export interface Account {
  readonly email: string;
  readonly password: string;
}

/** Where a running mesh is, and the accounts of its first start. */
export interface MeshAddress {
  readonly cms: string;
  readonly discovery: string;
  readonly admin: Account;
  readonly editor: Account;
}

/** Where a mesh keeps its files, and where its apps listen. */
export interface MeshPlace {
  /** What the mesh keeps lies in its `.mesh`. */
  readonly folder: string;
  /** The port of an app (of its first instance). */
  portOf(app: AppName): number;
}

/** What runs a mesh for a test: one process with its embedded servers, or nine on real ones. */
export interface MeshHost extends MeshPlace {
  /** The variables its processes were given. */
  readonly environment: Readonly<Record<string, string>>;
  /** What its processes have printed. */
  readonly output: string;
  /** Starts everything (again) on the same data, and waits until it is ready. */
  start(): Promise<MeshAddress>;
  /** kill -9 of every app: no chance to say goodbye. Servers stay. */
  kill(): Promise<void>;
  /** SIGTERM; answers the highest exit code. */
  stop(): Promise<number | null>;
  /** Looks into the database of a service, whatever its app promises. */
  query(service: string, sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Stops everything and forgets the data. */
  close(): Promise<void>;
}
