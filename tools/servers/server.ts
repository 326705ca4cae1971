/** A server's folder, and its ports by purpose: `broker`, `http`, … */
export interface Place {
  readonly folder: string;
  readonly ports: Readonly<Record<string, number>>;
}

/** Receives each step of a download or a start. */
export type Say = (line: string) => void;

export interface Program {
  readonly program: string;
  readonly args: readonly string[];
  /** For a server whose version is unknown before it is installed. */
  readonly version?: string | undefined;
}

export interface Server {
  readonly name: string;
  readonly version?: string;
  /** The variable that names an external server. */
  readonly configuredBy: string;
  /** With `twin` the port 10000 above is used too. */
  readonly ports: Readonly<Record<string, { readonly twin?: boolean }>>;
  /** The program of its process, if it differs from the name. */
  readonly program?: string;
  readonly stopSignal?: NodeJS.Signals;
  readonly folderMode?: number;
  readonly logFile?: string;
  address(place: Pick<Place, 'ports'>): string;
  /** The folder in its command line, if it differs from its own. */
  processFolder?(folder: string): string;
  /** Downloads the server, writes its settings and returns how it is run. */
  prepare?(place: Place & { readonly say: Say }): Promise<Program>;
  /** Instead of `prepare`: starts the server and returns its process id. */
  start?(place: Place & { readonly say: Say }): Promise<number>;
  isReady(place: Place): Promise<boolean>;
  /** The variables with which the mesh uses it. */
  variables(place: Place): Record<string, string>;
  /** Installs the server for tests that start their own with additional settings. */
  locate?(say: Say): Promise<Program & { readonly settings: Readonly<Record<string, string | number | boolean>> }>;
}

export const linesOf = (settings: Readonly<Record<string, unknown>>, separator: string): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}${separator}${String(value)}\n`)
    .join('');
