import { main } from '#launch';
import { runCommand } from './command.js';

await main(() => runCommand(process.argv.slice(2)));
