import { chown, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { findServerAccount } from './account.js';
import { findBinaries } from './binaries.js';
import { prepareDataFolder, readPassword } from './data-folder.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { launchServer } from './launch.js';
import { findFault, findLeftOver, serverUrl } from './left-over.js';
import { preparePlace } from './place.js';
import { stopServer } from './server-process.js';

/** How to start PostgreSQL. */
export interface EmbeddedPostgresOptions {
  /**
   * Where the data lies; made at the first start. The superuser's password is kept beside it, `logs/postgres.log` too.
   */
  dataFolder: string;
  /** The port on 127.0.0.1; a free one when not given. */
  port?: number;
  /** Whether a commit survives a power cut. Only tests say no. */
  durable?: boolean;
  /** How many connections it takes at once; enough for one mesh when not given. */
  maxConnections?: number;
  /** Hears a line for each step that takes time or that a person should know. */
  onProgress?: (line: string) => void;
}

/** A PostgreSQL that runs. */
export interface EmbeddedPostgres {
  /** The superuser's address, password included. */
  url: string;
  port: number;
  /** Stops the server in order and waits until it has gone. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that npm brought on a data folder of its own, or adopts the server that a killed process left
 * behind in it. The server has a process group of its own: a terminal's Ctrl-C does not reach it, `stop()` does.
 * Rejects with an {@link EmbeddedPostgresError} of one line when it cannot be started.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { port, durable = true, maxConnections = 200, onProgress = () => undefined } = options;
  const dataFolder = resolve(options.dataFolder);
  const account = await findServerAccount(onProgress);
  const place = await preparePlace(dataFolder, account, onProgress);
  const binaries = await findBinaries(account, onProgress);
  await prepareDataFolder(place, binaries, account, durable, onProgress);
  const data = await realpath(place);
  const password = await readPassword(data);

  const pid = await adoptLeftOver();
  if (pid) return running(pid.pid, pid.port);
  if (account) await chown(data, account.uid, account.gid);
  const server = await launchServer({
    data,
    logFile: join(dirname(dataFolder), 'logs/postgres.log'),
    binaries,
    account,
    port,
    durable,
    maxConnections,
    onProgress,
  });
  const fault = await findFault({ ...server, ready: true }, data);
  if (fault) {
    await stopServer(server.pid, data);
    throw new EmbeddedPostgresError(`PostgreSQL started but cannot be used: ${fault}`);
  }
  return running(server.pid, server.port);

  async function adoptLeftOver(): Promise<{ pid: number; port: number } | undefined> {
    const leftOver = await findLeftOver(data);
    if (!leftOver) return undefined;
    const fault =
      port !== undefined && leftOver.port !== port
        ? `it listens on port ${leftOver.port}`
        : await findFault(leftOver, data);
    if (!fault) {
      onProgress(`Found PostgreSQL still running (process ${leftOver.pid}): going on with it`);
      return leftOver;
    }
    onProgress(`Found PostgreSQL still running (process ${leftOver.pid}) but ${fault}: stopping it`);
    await stopServer(leftOver.pid, data);
    return undefined;
  }

  function running(pid: number, onPort: number): EmbeddedPostgres {
    return { url: serverUrl(onPort, password), port: onPort, stop: () => stopServer(pid, data) };
  }
}
