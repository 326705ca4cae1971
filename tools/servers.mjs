/** `npm run servers -- start|stop|status|run [names]`: real servers on loopback, for development and tests. */
import { main } from './launch.mjs';
import { runCommand } from './servers/command.mjs';

await main(() => runCommand(process.argv.slice(2)));
