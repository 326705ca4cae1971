import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Skipped } from './row.js';

/** The path of a folder of external data. Skips the measurement when it is missing. */
export function findTestData(folder: string): string {
  const root = process.env['MESH_TEST_DATA'];
  const path = root && join(root, folder);
  if (!path || !existsSync(path)) throw new Skipped(`${folder} is not in MESH_TEST_DATA`);
  return path;
}
