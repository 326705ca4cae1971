import { type Environment, migrateApps } from '@mediamesh/app';
import { failuresAsLines, readApps } from './mesh-apps.js';
import type { Terminal } from './terminal.js';

/** Creates and migrates everything that the apps need; idempotent. */
export async function migrateMesh(environment: Environment, terminal: Terminal): Promise<number> {
  const apps = await readApps();
  // the steps are printed, so the log is off
  await failuresAsLines(
    () =>
      migrateApps(apps, {
        environment: { ...environment, LOG_LEVEL: 'silent' },
        onProgress: (line) => terminal.note(`${line}\n`),
      }),
    'The mesh could not be prepared',
  );
  terminal.print('Everything the apps stand on is there and of this version.');
  return 0;
}
