import { readCommandEnvironment } from './environment.js';
import { systemCode } from './failure.js';
import { runCommand } from './run-command.js';
import { processTerminal } from './terminal.js';

// the reader of a pipe may close it early, as `head` does
process.stdout.on('error', (error) => {
  if (systemCode(error) !== 'EPIPE') throw error;
  process.exit(0);
});

/** For commands that poll or work page by page, which report how to continue. A second Ctrl-C kills any command. */
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
