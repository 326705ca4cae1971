/** `npm start`: installs and builds what is missing, then runs the whole mesh until it is told to stop. */
import { join } from 'node:path';
import { main, makeReady, root, runProgram } from './launch.mjs';

await main(async () => {
  await makeReady();
  return runProgram(['--enable-source-maps', join(root, 'dist/apps/all-in-one/src/main.js'), ...process.argv.slice(2)]);
});
