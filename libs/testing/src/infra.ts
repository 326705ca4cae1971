import type * as jest from '@jest/globals';
import { readTestServer, type TestServer } from './environment.js';
import { canMakeCertificates } from './own-certificates.js';

// Not imported: a program that runs a mesh for tests uses this library without Jest.
const { describe, it } = globalThis as unknown as Pick<typeof jest, 'describe' | 'it'>;

/** `tests` receives the values of the server's variables. Without the server, one skipped test names the reason. */
export function describeWithServer(server: TestServer, name: string, tests: (...values: string[]) => void): void {
  const found = readTestServer(server);
  describe(name, () => {
    if ('values' in found) tests(...found.values);
    else it.skip(`skipped: there is no ${server}, ${found.missing} does not name one`, () => undefined);
  });
}

/** Without openssl, one skipped test names the reason. */
export function describeWithCertificates(name: string, tests: () => void): void {
  describe(name, () => {
    if (canMakeCertificates()) tests();
    else it.skip('skipped: there is no openssl to make certificates with', () => undefined);
  });
}
