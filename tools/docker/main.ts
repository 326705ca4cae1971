import { resolve } from 'node:path';
import { Failure, main, root } from '#launch';
import { pruneApp } from './prune.js';
import { writeSecrets } from './secrets.js';

const USAGE = `Usage: npm run docker -- <command>

  secrets               writes .env with the secrets that docker-compose.yml asks for; what is there stays
  check                 checks docker-compose.yml, starts each app from its pruned folder, and, where a Docker engine
                        answers, builds the images and walks the mesh up and down in containers; says which was done
    --no-images         builds none, also where an engine answers
  prune <app> <folder>  writes what one app needs to run into a folder`;

await main(async () => {
  const [command, ...args] = process.argv.slice(2);
  const isPrune = command === 'prune' && args.length === 2;
  if (command === 'check' && args.every((arg) => arg === '--no-images')) {
    const { check } = await import('./check.js'); // needs development packages, which the build of an image lacks
    return check({ withImages: args.length === 0 });
  }
  if (command === 'secrets') announceSecrets();
  else if (isPrune) prune(String(args[0]), String(args[1]));
  else throw new Failure(USAGE);
  return 0;
});

function announceSecrets(): void {
  const names = writeSecrets(root);
  console.log(
    names.length === 0 ? '.env has every secret already' : `.env has ${names.length} new values: ${names.join(', ')}`,
  );
  console.log('The accounts are in .mesh/compose/mesh.json');
}

function prune(app: string, folder: string): void {
  const { files, packages } = pruneApp(root, app, resolve(folder));
  console.log(`${app}: ${files.length} files and ${packages.length} packages`);
}
