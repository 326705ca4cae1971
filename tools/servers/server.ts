/** Where a server keeps its files, and its ports by purpose: `broker`, `http`, … */
export interface Place {
  readonly folder: string;
  readonly ports: Readonly<Record<string, number>>;
}

/** Hears each step of a download or a start. */
export type Say = (line: string) => void;

/** How a program is run. */
export interface Program {
  readonly program: string;
  readonly args: readonly string[];
  /** Where the server has none of its own to tell before it is installed. */
  readonly version?: string | undefined;
}

/** A server of the catalogue. */
export interface Server {
  readonly name: string;
  readonly version?: string;
  /** The variable that names one of somebody else's. */
  readonly configuredBy: string;
  /** With `twin`, the port 10000 above is its own too. */
  readonly ports: Readonly<Record<string, { readonly twin?: boolean }>>;
  /** The program of its process, where that is not its name. */
  readonly program?: string;
  readonly stopSignal?: NodeJS.Signals;
  readonly folderMode?: number;
  readonly logFile?: string;
  address(place: Pick<Place, 'ports'>): string;
  /** The folder that its process names, where that is not its own. */
  processFolder?(folder: string): string;
  /** Downloads it, writes its settings and answers how it is run. */
  prepare?(place: Place & { readonly say: Say }): Promise<Program>;
  /** Instead of `prepare`: starts it itself and answers its process id. */
  start?(place: Place & { readonly say: Say }): Promise<number>;
  isReady(place: Place): Promise<boolean>;
  /** The variables that point the mesh at it. */
  variables(place: Place): Record<string, string>;
  /** Installs it, for tests that start some of their own with more settings than these. */
  locate?(say: Say): Promise<Program & { readonly settings: Readonly<Record<string, string | number | boolean>> }>;
}

/** The settings as the lines of a file. */
export const linesOf = (settings: Readonly<Record<string, unknown>>, separator: string): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}${separator}${String(value)}\n`)
    .join('');
