import { addUser } from './add-user.js';
import type { Environment } from './addresses.js';
import { announce } from './announce.js';
import { type Command, readCommand } from './command.js';
import { discardDeadLetter, listDeadLetters, replayDeadLetter, showDeadLetter } from './dead-letters.js';
import { Failure, UsageError } from './failure.js';
import { importFeed } from './import/import-feed.js';
import { listOutboxes, retryParkedEvent } from './outbox.js';
import { reindex } from './reindex.js';
import { rotateKeys } from './rotate-keys.js';
import { createServiceClients } from './service-clients.js';
import type { Terminal } from './terminal.js';

export interface Surroundings {
  readonly environment: Environment;
  readonly input: NodeJS.ReadStream;
  readonly terminal: Terminal;
  /** After this call Ctrl-C aborts the signal instead of ending the process. */
  readonly takeInterrupt?: () => AbortSignal;
}

/** Runs a command line. Exit codes: 0, 1 for a failure, 2 for an invalid command line. Errors are one line. */
export async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<0 | 1 | 2> {
  try {
    return (await run(readCommand(args), surroundings)) === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Failure || error instanceof UsageError)) throw error;
    surroundings.terminal.note(`${error.message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run(command: Command, { environment, input, terminal, takeInterrupt }: Surroundings): Promise<number> {
  switch (command.name) {
    case 'help':
      terminal.print(command.text);
      return 0;
    case 'import':
      return importFeed(command.wish, environment, terminal);
    case 'users add':
      return addUser(command.wish, await createServiceClients(environment), input, terminal);
    case 'keys rotate':
      return rotateKeys(await createServiceClients(environment), terminal);
    case 'reindex':
      return reindex(
        await createServiceClients(environment),
        terminal,
        takeInterrupt?.() ?? new AbortController().signal,
      );
    case 'announce':
      return announce(
        command.after,
        await createServiceClients(environment),
        terminal,
        takeInterrupt?.() ?? new AbortController().signal,
      );
    case 'outbox':
      return listOutboxes(await createServiceClients(environment), terminal);
    case 'outbox retry':
      return retryParkedEvent(command.id, await createServiceClients(environment), terminal);
    case 'topics':
      return (await import('./bus.js')).listTopics(environment, terminal);
    case 'consumers':
      return (await import('./bus.js')).listConsumers(environment, terminal);
    case 'migrate':
      return (await import('./migrate.js')).migrateMesh(environment, terminal);
    case 'doctor':
      return (await import('./doctor.js')).examineMesh(environment, terminal);
    case 'dead-letters list':
      return listDeadLetters(command.app, await createServiceClients(environment), terminal);
    case 'dead-letters show':
      return showDeadLetter(command.app, command.id, await createServiceClients(environment), terminal);
    case 'dead-letters replay':
      return replayDeadLetter(command.app, command.id, await createServiceClients(environment), terminal);
    case 'dead-letters discard':
      return discardDeadLetter(command.app, command.id, await createServiceClients(environment), terminal);
  }
}
