import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@mediamesh/testing';
import {
  EmbeddedPostgresError,
  forgetEmbeddedPostgres,
  startEmbeddedPostgres,
  stopLeftOverPostgres,
  withConnection,
  type EmbeddedPostgres,
} from './index.js';

const pidOf = async (dataFolder: string): Promise<number> =>
  Number((await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n')[0]);

const ask = (server: EmbeddedPostgres, sql: string): Promise<Record<string, unknown>[]> =>
  withConnection(server.url, (connection) => connection.query(sql));

describe('the embedded PostgreSQL', () => {
  let folder: string;
  let dataFolder: string;
  let lines: string[];
  const start = (port?: number): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({
      dataFolder,
      durable: false,
      onProgress: (line) => lines.push(line),
      ...(port === undefined ? {} : { port }),
    });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mediamesh-embedded-'));
    await chmod(folder, 0o755); // PostgreSQL's own user must enter it when the tests run as root
    dataFolder = join(folder, 'postgres');
    lines = [];
  });
  afterEach(async () => {
    await stopLeftOverPostgres(dataFolder);
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps its data and its password from one start to the next', async () => {
    const first = await start();
    await ask(first, 'create table kept as select 42 as answer');
    await first.stop();
    const second = await start();
    expect(await ask(second, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    expect((await stat(`${dataFolder}.password`)).mode & 0o777).toBe(0o600);
    await second.stop();
  });

  it('refuses a wrong password and stores text as UTF-8', async () => {
    const server = await start();
    const wrong = new URL(server.url);
    wrong.password = 'guess';
    await expect(withConnection(wrong.href, (connection) => connection.query('select 1'))).rejects.toThrow(
      /password authentication failed/,
    );
    expect(
      await ask(
        server,
        `select upper('é') as upper, length('قهوة') as length, current_setting('server_encoding') as encoding`,
      ),
    ).toEqual([{ upper: 'É', length: 4, encoding: 'UTF8' }]);
    await server.stop();
  });

  it('takes as many connections as it is told', async () => {
    const server = await startEmbeddedPostgres({ dataFolder, durable: false, maxConnections: 321 });
    expect(await ask(server, 'show max_connections')).toEqual([{ max_connections: '321' }]);
    await server.stop();
  });

  it('stops in order, twice without harm, and leaves no process behind', async () => {
    const server = await start();
    const pid = await pidOf(dataFolder);
    await server.stop();
    await server.stop();
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it('goes on with the server that a killed process left running', async () => {
    const first = await start();
    const pid = await pidOf(dataFolder);
    const second = await start(); // the first is forgotten, as after kill -9
    expect(second.port).toBe(first.port);
    expect(await pidOf(dataFolder)).toBe(pid);
    await second.stop();
    expect(lines.join('\n')).toContain('going on with it');
  });

  it('stops a left-over server that cannot be used and starts again', async () => {
    await start();
    const left = await pidOf(dataFolder);
    const [port] = await freePorts(1);
    const server = await start(port);
    expect(server.port).toBe(port);
    expect(await pidOf(dataFolder)).not.toBe(left);
    await server.stop();
  });

  it('recovers after its server was killed, losing nothing that was committed', async () => {
    await (await start()).stop();
    const first = await startEmbeddedPostgres({ dataFolder }); // durable: what is committed is in the log
    await ask(first, 'create table kept as select 7 as answer');
    process.kill(await pidOf(dataFolder), 'SIGKILL');
    const second = await start();
    expect(await ask(second, 'select answer from kept')).toEqual([{ answer: 7 }]);
    await second.stop();
  });

  it('does not take another process for its server', async () => {
    await (await start()).stop();
    await writeFile(
      join(dataFolder, 'postmaster.pid'),
      `${process.pid}\n${dataFolder}\n1\n5432\n\n127.0.0.1\n1 1\nready\n`,
    );
    const server = await start();
    expect(await ask(server, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it('names the port that is taken', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as AddressInfo).port)),
    );
    try {
      await expect(start(port)).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
    } finally {
      await new Promise((resolve) => taken.close(resolve));
    }
  });

  it.each([
    ['has lost its control file', async (data: string) => rm(join(data, 'global/pg_control')), /damaged/],
    [
      'has lost its log',
      async (data: string) => {
        await rm(join(data, 'pg_wal'), { recursive: true });
      },
      /damaged: it has no pg_wal/,
    ],
    ['has lost its version', async (data: string) => rm(join(data, 'PG_VERSION')), /damaged: it has no PG_VERSION/],
    [
      'has garbage for a control file',
      async (data: string) => writeFile(join(data, 'global/pg_control'), Buffer.alloc(8192, 0x5a)),
      /damaged/,
    ],
    [
      'was written by another major version',
      async (data: string) => writeFile(join(data, 'PG_VERSION'), '16\n'),
      /written by PostgreSQL 16/,
    ],
    ['has lost its password', async (data: string) => rm(`${data}.password`), /password .* is missing/],
  ])('refuses a data folder that %s in one line', async (_name, damage, message) => {
    await (await start()).stop();
    await damage(dataFolder);
    const error: unknown = await start().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(EmbeddedPostgresError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });

  it('refuses a folder full of something else', async () => {
    await mkdir(dataFolder);
    await writeFile(join(dataFolder, 'letter.txt'), 'dear reader');
    await expect(start()).rejects.toThrow(/damaged: it has no PG_VERSION/);
    expect(await readFile(join(dataFolder, 'letter.txt'), 'utf8')).toBe('dear reader');
  });

  if (process.getuid?.() === 0) {
    it('keeps its data where its user can reach it when root starts it in a closed folder', async () => {
      await chmod(folder, 0o700);
      const server = await start();
      const [row] = await ask(server, `select current_setting('data_directory') as place`);
      expect(String(row?.['place'])).toMatch(/^\/var\/(lib|tmp)\/mediamesh\//);
      expect(lines.join('\n')).toContain('its data lies in');
      await forgetEmbeddedPostgres(dataFolder);
      await expect(stat(String(row?.['place']))).rejects.toThrow(/ENOENT/);
      await expect(stat(dataFolder)).rejects.toThrow(/ENOENT/);
    });
  }
});
