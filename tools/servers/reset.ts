/** `npm run reset`: deletes the data of this workspace's mesh. */
import { join } from 'node:path';
import { Failure, main, root, runProgram } from '#launch';
import { listRunning, serversFolder } from './record.js';

await main(async () => {
  const meshFolder = process.env['MESH_FOLDER'] ?? join(root, '.mesh');
  const servers = serversFolder({ MESH_SERVERS_FOLDER: join(meshFolder, 'servers') });
  const running = listRunning(servers).map(({ server, record }) => `${server.name} (process ${record.pid})`);
  if (running.length > 0)
    throw new Failure(`Servers run on ${servers}: ${running.join(', ')}. Stop them first: npm run servers -- stop`);
  return runProgram([
    '--enable-source-maps',
    join(root, 'dist/apps/all-in-one/src/embedded/reset.main.js'),
    meshFolder,
  ]);
});
