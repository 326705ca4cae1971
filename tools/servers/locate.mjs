/**
 * Prints how a server is run (JSON), for tests that start some of their own: `node tools/servers/locate.mjs redis`. It
 * is installed if need be.
 */
import { catalogue } from './catalogue.mjs';
import { Failure } from '../install.mjs';

const [name = ''] = process.argv.slice(2);
try {
  const server = catalogue[name];
  if (!server?.locate) throw new Failure(`${name || 'nothing'} is no server that tests start by themselves`);
  console.log(JSON.stringify(await server.locate({ say: (line) => console.error(`${name} ${line}`) })));
} catch (error) {
  console.error(error instanceof Failure ? error.message : error.stack);
  process.exitCode = 1;
}
