/** `npm run reset`: forgets the data of this workspace's mesh. */
import { join } from 'node:path';
import { main, makeReady, root, runProgram } from './launch.mjs';

await main(async () => {
  await makeReady();
  return runProgram(['--enable-source-maps', join(root, 'dist/apps/all-in-one/src/embedded/reset.main.js'), process.env.MESH_FOLDER ?? join(root, '.mesh')]);
});
