import { appNames } from '@mediamesh/contracts';
import type { SharedMesh } from './mesh-client.js';
import { RunningMesh } from './mesh.js';

/**
 * Runs the mesh that suites share, and prints where it is once it is ready. Ends it on SIGTERM, or when Jest has gone;
 * the exit code is the mesh's own.
 */
const mesh = await RunningMesh.start();
const end = async (): Promise<void> => {
  const code = await mesh.stop();
  await mesh.close();
  if (code !== 0) process.stderr.write(mesh.output);
  process.exit(code ?? 1);
};
for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.once(event, () => void end());
const shared: SharedMesh = {
  folder: mesh.folder,
  address: mesh.file,
  ports: Object.fromEntries(appNames.map((app) => [app, mesh.portOf(app)])),
};
process.stdout.write(`${JSON.stringify(shared)}\n`);
