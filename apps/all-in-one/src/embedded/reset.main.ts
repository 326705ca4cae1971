import { resetMesh } from './reset.js';

const [, , meshFolder] = process.argv;
try {
  if (!meshFolder) throw new Error('Usage: reset.main.js <mesh folder>');
  const forgotten = await resetMesh(meshFolder);
  console.log(forgotten ? `Forgot the data in ${meshFolder}.` : `There is no data in ${meshFolder}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
