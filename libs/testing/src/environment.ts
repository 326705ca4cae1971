/** The only file of the tests that reads or writes the process's environment. */

const SERVER_URL = 'MESH_TEST_POSTGRES_URL';

/** The address of the PostgreSQL that serves the db tier (superuser, password included); undefined outside it. */
export const readTestServerUrl = (): string | undefined => process.env[SERVER_URL] || undefined;

/** Hands the server's address to Jest's workers, which inherit the environment. */
export function publishTestServerUrl(url: string | undefined): void {
  if (url === undefined) delete process.env[SERVER_URL];
  else process.env[SERVER_URL] = url;
}

/** The folder of outside test data (MESH_TEST_DATA), or undefined. */
export const readTestDataRoot = (): string | undefined => process.env['MESH_TEST_DATA'] || undefined;

/** What a child process needs to find programs and its home; nothing else of ours leaks into it. */
export const readPaths = (): Record<'PATH' | 'HOME', string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
});

/**
 * The servers a suite may need, and the variables that name them. Without the first of them the server is not there.
 */
const servers = {
  kafka: ['TEST_KAFKA_BROKERS'],
  redis: ['TEST_REDIS_URL'],
  opensearch: ['TEST_OPENSEARCH_URL'],
  s3: ['TEST_S3_ENDPOINT', 'TEST_S3_ACCESS_KEY_ID', 'TEST_S3_SECRET_ACCESS_KEY'],
  dynamodb: ['TEST_DYNAMODB_ENDPOINT'],
} as const;
export type TestServer = keyof typeof servers;

/** The variables of a server, or the name of the one that is missing. */
export function readTestServer(
  server: TestServer,
): { readonly values: readonly string[] } | { readonly missing: string } {
  const [first] = servers[server];
  return process.env[first] ? { values: servers[server].map((name) => process.env[name] ?? '') } : { missing: first };
}

const OWN_SERVERS = 'MESH_TEST_OWN_SERVERS';

/**
 * The folder of the servers that belong to this run of the tests alone, which may kill them; an error where there are
 * none.
 */
export function readOwnServersFolder(): string {
  const folder = process.env[OWN_SERVERS];
  if (!folder)
    throw new Error(
      'there are no servers of our own to kill: name the file *.drill.spec.ts, so that it runs in the drills tier',
    );
  return folder;
}

/**
 * Hands the servers of this run to its tests: their folder, and the variables that name them, in place of those of
 * other servers.
 */
export function publishOwnServers(folder: string, variables: Readonly<Record<string, string>>): void {
  process.env[OWN_SERVERS] = folder;
  for (const [name, value] of Object.entries(variables))
    if (Object.values<readonly string[]>(servers).flat().includes(`TEST_${name}`)) process.env[`TEST_${name}`] = value;
}

/** Which of Jest's workers this process is, counted from one; outside of Jest the first. */
export const readWorkerNumber = (): number => Number(process.env['JEST_WORKER_ID'] ?? 1);

const RUN = 'MESH_TEST_RUN';

/**
 * The name that begins whatever this run of the tests makes on servers; undefined where the servers go with the run.
 */
export const readRunName = (): string | undefined => process.env[RUN] || undefined;

/** Hands the run's name to its tests. */
export function publishRunName(name: string): void {
  process.env[RUN] = name;
}

const SHARED = 'MESH_TEST_SHARED';

/** Where the tests of this run ask for the program they share; undefined where they share none. */
export const readSharedProgram = (): string | undefined => process.env[SHARED] || undefined;

/** Hands that address to the tests of this run. */
export function publishSharedProgram(url: string): void {
  process.env[SHARED] = url;
}

/** What a program gets that does something in the place of one of Jest's workers. */
export const environmentOfWorker = (worker: string): NodeJS.ProcessEnv => ({ ...process.env, JEST_WORKER_ID: worker });

/** What a program needs to find the servers of the tests. */
export const readTestServers = (): Record<string, string> =>
  Object.fromEntries(
    Object.values<readonly string[]>(servers)
      .flat()
      .flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );

/**
 * Whether the tests of the whole mesh run it in nine processes on real servers (`MESH_E2E=servers`), not in one with
 * its own.
 */
export const isOnServers = (): boolean => process.env['MESH_E2E'] === 'servers';

/** What tells the apps to use the servers of the tests; a server that no variable names is an error. */
export function readServerVariables(): Record<string, string> {
  const value = (name: string): string => {
    const found = process.env[name];
    if (!found)
      throw new Error(
        `${name} does not name a server; npm run servers -- run -- <command> gives a command all of them`,
      );
    return found;
  };
  const catalog = process.env['MESH_E2E_CATALOG'] === 'dynamodb' && {
    CATALOG_STORE: 'dynamodb',
    DYNAMODB_ENDPOINT: value('TEST_DYNAMODB_ENDPOINT'),
    DYNAMODB_ACCESS_KEY_ID: 'local',
    DYNAMODB_SECRET_ACCESS_KEY: 'local',
  };
  return {
    EVENT_BUS: 'kafka',
    KAFKA_BROKERS: value('TEST_KAFKA_BROKERS'),
    LIMIT_STORE: 'redis',
    REDIS_URL: value('TEST_REDIS_URL'),
    SEARCH_INDEX: 'opensearch',
    OPENSEARCH_URL: value('TEST_OPENSEARCH_URL'),
    OBJECT_STORE: 's3',
    S3_ENDPOINT: value('TEST_S3_ENDPOINT'),
    S3_ACCESS_KEY_ID: value('TEST_S3_ACCESS_KEY_ID'),
    S3_SECRET_ACCESS_KEY: value('TEST_S3_SECRET_ACCESS_KEY'),
    S3_PATH_STYLE: 'on',
    ...catalog,
  };
}
