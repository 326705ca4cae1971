import { resetMesh } from './reset.js';

const [, , meshFolder] = process.argv;
try {
  if (!meshFolder) throw new Error('Usage: reset.main.js <mesh folder>');
  const forgotten = await resetMesh(meshFolder);
  process.stdout.write(forgotten ? `Forgot the data in ${meshFolder}.\n` : `There is no data in ${meshFolder}.\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
