import type * as jest from '@jest/globals';
import { readTestServer, type TestServer } from './environment.js';
import { canMakeCertificates } from './own-certificates.js';

// not imported: a program that runs a mesh for the tests has this library, and no Jest
const { describe, it } = globalThis as unknown as Pick<typeof jest, 'describe' | 'it'>;

/**
 * Describes tests that need a real server; `tests` receives what its variables hold (`TEST_KAFKA_BROKERS`,
 * `TEST_S3_ENDPOINT` and so on). Without the server one skipped test stands in their place, whose name says why.
 */
export function describeWithServer(server: TestServer, name: string, tests: (...values: string[]) => void): void {
  const found = readTestServer(server);
  describe(name, () => {
    if ('values' in found) tests(...found.values);
    else it.skip(`skipped: there is no ${server}, ${found.missing} does not name one`, () => undefined);
  });
}

/**
 * Describes tests that make certificates of their own. Without openssl one skipped test stands in their place, whose
 * name says why.
 */
export function describeWithCertificates(name: string, tests: () => void): void {
  describe(name, () => {
    if (canMakeCertificates()) tests();
    else it.skip('skipped: there is no openssl to make certificates with', () => undefined);
  });
}
