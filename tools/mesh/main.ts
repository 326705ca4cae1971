import { readCommandEnvironment } from './environment.js';
import { systemCode } from './failure.js';
import { runCommand } from './run-command.js';
import { processTerminal } from './terminal.js';

// Whoever reads the result may have read enough, as `head` does.
process.stdout.on('error', (error) => {
  if (systemCode(error) !== 'EPIPE') throw error;
  process.exit(0);
});

/**
 * For a command that watches, or works page by page: it tells what goes on, or how to go on. A second Ctrl-C ends any
 * command.
 */
function takeInterrupt(): AbortSignal {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  return interrupted.signal;
}

process.exitCode = await runCommand(process.argv.slice(2), {
  environment: readCommandEnvironment(process.env),
  input: process.stdin,
  terminal: processTerminal(),
  takeInterrupt,
});
