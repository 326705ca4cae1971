import type * as jest from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readTestDataRoot } from './environment.js';

// Not imported: a program that runs a mesh for tests uses this library without Jest.
const { describe, it } = globalThis as unknown as Pick<typeof jest, 'describe' | 'it'>;

/** Path of a folder of external test data; undefined when `MESH_TEST_DATA` is not set or lacks it. */
export function testData(folder: string): string | undefined {
  const root = readTestDataRoot();
  const path = root === undefined ? undefined : join(root, folder);
  return path !== undefined && existsSync(path) ? path : undefined;
}

/** `tests` receives the folder's path. Without the data, one skipped test names the reason. */
export function describeWithTestData(folder: string, name: string, tests: (path: string) => void): void {
  const path = testData(folder);
  describe(name, () => {
    if (path !== undefined) tests(path);
    else it.skip(`skipped: ${folder} is not in MESH_TEST_DATA`, () => undefined);
  });
}
