import { forgetEmbeddedPostgres, startEmbeddedPostgres } from '@mediamesh/postgres/embedded';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'mediamesh-test-';

/** The PostgreSQL of one Jest run. */
export interface TestServer {
  url: string;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** Starts a PostgreSQL for one test run, its data in the system's temporary folder, written for speed and not for keeps. */
export async function startTestServer(): Promise<TestServer> {
  await removeAbandoned();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(folder, 0o755); // when root runs the tests, PostgreSQL's own user must enter it
  const server = await startEmbeddedPostgres({ dataFolder: join(folder, 'postgres'), durable: false });
  const remove = async (): Promise<void> => {
    await server.stop();
    await forget(folder);
  };
  return { url: server.url, remove };
}

async function forget(folder: string): Promise<void> {
  await forgetEmbeddedPostgres(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}

/** Servers of test runs that were killed: their folders carry the process id of a run that is no more. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (pid > 0 && !isAlive(pid)) await forget(join(tmpdir(), name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return Reflect.get(error as object, 'code') === 'EPERM';
  }
}
