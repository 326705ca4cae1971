/**
 * `npm run docker -- secrets | check | prune <app> <folder>`: what belongs to containers. Plain Node, nothing from
 * node_modules.
 */
import { Failure } from '../install.mjs';
import { main, makeReady, root, runProgram } from '../launch.mjs';
import { writeSecrets } from './secrets.mjs';

const USAGE = `Usage: npm run docker -- <command>

  secrets               writes .env with the secrets that docker-compose.yml asks for; what is there stays
  check                 proves the images and docker-compose.yml, and says how
    --build-compose     builds Compose first where there is none and Go is
    --image <app>       builds only this image; may be repeated
    --no-images         builds none
  prune <app> <folder>  writes what one app needs to run into a folder`;

await main(async () => {
  const [command, ...args] = process.argv.slice(2);
  switch (command) {
    case 'secrets': {
      const names = writeSecrets(root);
      console.log(
        names.length === 0
          ? '.env has every secret already'
          : `.env has ${names.length} new values: ${names.join(', ')}`,
      );
      console.log('The accounts are in .mesh/compose/mesh.json');
      return 0;
    }
    case 'check':
    case 'prune':
      await makeReady({ say: (line) => console.error(line) });
      // kafkajs, which removes the topics of the walk, sets timers in the past
      return runProgram(['--disable-warning=TimeoutNegativeWarning', `${root}/tools/docker/${command}.mjs`, ...args]);
    default:
      throw new Failure(USAGE);
  }
});
