import type * as jest from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTestDataRoot } from './environment.js';

// not imported: a program that runs a mesh for the tests has this library, and no Jest
const { describe, it } = globalThis as unknown as Pick<typeof jest, 'describe' | 'it'>;

/** The path of a folder of outside test data, or undefined when MESH_TEST_DATA is not set or does not hold it. */
export function testData(folder: string): string | undefined {
  const root = readTestDataRoot();
  const path = root === undefined ? undefined : join(root, folder);
  return path !== undefined && existsSync(path) ? path : undefined;
}

/**
 * Describes tests that read outside data; `tests` receives the folder's path. Without the data one skipped test stands
 * in their place, whose name says why.
 */
export function describeWithTestData(folder: string, name: string, tests: (path: string) => void): void {
  const path = testData(folder);
  describe(name, () => {
    if (path !== undefined) tests(path);
    else it.skip(`skipped: ${folder} is not in MESH_TEST_DATA`, () => undefined);
  });
}
