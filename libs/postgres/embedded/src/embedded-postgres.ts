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

export interface EmbeddedPostgresOptions {
  /** Created at the first start. The superuser's password and `logs/postgres.log` are beside it. */
  dataFolder: string;
  /** The port on 127.0.0.1; a free one by default. */
  port?: number;
  /** Whether commits survive a power cut; `true` by default. `false` is for tests. */
  durable?: boolean;
  /** 200 by default, which is enough for one mesh. */
  maxConnections?: number;
  /** Gets a line for each slow step and for what a person should know. */
  onProgress?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** The superuser's URL, with the password. */
  url: string;
  port: number;
  /** Shuts the server down and waits until its process is gone. Idempotent. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL from npm, or adopts the server that a killed process left running on the data folder. The
 * server has its own process group, so a terminal's Ctrl-C does not stop it. Rejects with an
 * {@link EmbeddedPostgresError}.
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
