/** The only test code that reads or writes `process.env`. */

const SERVER_URL = 'MESH_TEST_POSTGRES_URL';

/** URL of the PostgreSQL of the db tier (superuser, with password); undefined in other tiers. */
export const readTestServerUrl = (): string | undefined => process.env[SERVER_URL] || undefined;

/** Passes the URL to Jest's workers, which inherit the environment. */
export function publishTestServerUrl(url: string | undefined): void {
  if (url === undefined) delete process.env[SERVER_URL];
  else process.env[SERVER_URL] = url;
}

/** The folder of external test data (`MESH_TEST_DATA`). */
export const readTestDataRoot = (): string | undefined => process.env['MESH_TEST_DATA'] || undefined;

/** The environment of a child process; no other variable is passed on. */
export const readPaths = (): Record<'PATH' | 'HOME', string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
});

/** Servers that a suite may need, with their variables. Without the first variable the server is not available. */
const servers = {
  kafka: ['TEST_KAFKA_BROKERS'],
  redis: ['TEST_REDIS_URL'],
  opensearch: ['TEST_OPENSEARCH_URL'],
  s3: ['TEST_S3_ENDPOINT', 'TEST_S3_ACCESS_KEY_ID', 'TEST_S3_SECRET_ACCESS_KEY'],
  dynamodb: ['TEST_DYNAMODB_ENDPOINT'],
} as const;
export type TestServer = keyof typeof servers;

/** The values of a server's variables, or the name of the missing one. */
export function readTestServer(
  server: TestServer,
): { readonly values: readonly string[] } | { readonly missing: string } {
  const [first] = servers[server];
  return process.env[first] ? { values: servers[server].map((name) => process.env[name] ?? '') } : { missing: first };
}

const OWN_SERVERS = 'MESH_TEST_OWN_SERVERS';

/** The folder of the servers that belong to this test run only. @throws Error when there are none */
export function readOwnServersFolder(): string {
  const folder = process.env[OWN_SERVERS];
  if (!folder)
    throw new Error(
      'there are no servers of our own to kill: name the file *.drill.spec.ts, so that it runs in the drills tier',
    );
  return folder;
}

/** Passes the servers of this run to its tests. They replace others named by the environment. */
export function publishOwnServers(folder: string, variables: Readonly<Record<string, string>>): void {
  process.env[OWN_SERVERS] = folder;
  for (const [name, value] of Object.entries(variables))
    if (Object.values<readonly string[]>(servers).flat().includes(`TEST_${name}`)) process.env[`TEST_${name}`] = value;
}

/** The number of this Jest worker, from 1; 1 outside of Jest. */
export const readWorkerNumber = (): number => Number(process.env['JEST_WORKER_ID'] ?? 1);

const RUN = 'MESH_TEST_RUN';

/** Name prefix of what this run creates on servers; undefined when the servers end with the run. */
export const readRunName = (): string | undefined => process.env[RUN] || undefined;

export function publishRunName(name: string): void {
  process.env[RUN] = name;
}

const SHARED = 'MESH_TEST_SHARED';

/** URL of the program that the suites of this run share; undefined when they share none. */
export const readSharedProgram = (): string | undefined => process.env[SHARED] || undefined;

export function publishSharedProgram(url: string): void {
  process.env[SHARED] = url;
}

/** The environment of a program that acts for a Jest worker. */
export const environmentOfWorker = (worker: string): NodeJS.ProcessEnv => ({ ...process.env, JEST_WORKER_ID: worker });

export const readTestServers = (): Record<string, string> =>
  Object.fromEntries(
    Object.values<readonly string[]>(servers)
      .flat()
      .flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  );

/** Whether e2e tests run the mesh in nine processes on real servers (`MESH_E2E=servers`) instead of in one. */
export const isOnServers = (): boolean => process.env['MESH_E2E'] === 'servers';

/** Configures the apps for the test servers. @throws Error when a variable is missing */
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
