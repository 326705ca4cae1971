import { systemCode } from './failure.js';
import { runCommand } from './run-command.js';
import { processTerminal } from './terminal.js';

// Whoever reads the result may have read enough, as `head` does.
process.stdout.on('error', (error) => {
  if (systemCode(error) !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await runCommand(process.argv.slice(2), { environment: process.env, input: process.stdin, terminal: processTerminal() });
