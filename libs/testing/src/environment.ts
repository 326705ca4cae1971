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
export const readPaths = (): Record<'PATH' | 'HOME', string> => ({ PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' });
