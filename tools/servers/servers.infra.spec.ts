import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithServer } from '@mediamesh/testing';
import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isServer } from './processes.js';
import { readRecord, readServerEnvironment, type ServerRecord } from './record.js';

const command = [join(import.meta.dirname, '../run.mjs'), 'tools/servers/main.js'];

// Where a Redis is named, one of our own can be had too; it is the one that starts at once.
describeWithServer('redis', 'npm run servers, on a folder of its own', () => {
  let folder: string;
  const servers = (args: string[], env: Record<string, string> = {}) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      const { REDIS_URL: _redis, ...own } = process.env;
      execFile(
        process.execPath,
        [...command, ...args],
        { env: { ...own, MESH_SERVERS_FOLDER: folder, ...env } },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });
  const redis = () => readRecord(folder)['redis'] as ServerRecord;

  beforeAll(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'mediamesh-servers-')));
  });
  afterAll(async () => {
    await servers(['stop']);
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts one server when told twice at once', async () => {
    const both = await Promise.all([servers(['start', 'redis']), servers(['start', 'redis'])]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ output }) => output.includes('runs already'))).toHaveLength(1);
    expect(readServerEnvironment(folder)).toEqual({
      mesh: { LIMIT_STORE: 'redis', REDIS_URL: redis().address },
      test: { TEST_REDIS_URL: redis().address },
    });
    expect((await servers(['status', 'redis'])).code).toBe(0);
  });

  it('starts it again on the same port after it was stopped, and after it was killed', async () => {
    const { address, pid } = redis();
    expect((await servers(['stop', 'redis'])).output).toContain(`stopped in order (process ${pid})`);
    expect(readServerEnvironment(folder).mesh).toEqual({});
    expect((await servers(['status', 'redis'])).code).toBe(1);
    expect((await servers(['start', 'redis'])).code).toBe(0);
    expect(redis().address).toBe(address);
    process.kill(redis().pid!, 'SIGKILL');
    expect((await servers(['start', 'redis'])).code).toBe(0);
    expect(redis().address).toBe(address);
  });

  it('says that a server is frozen, and stops it all the same', async () => {
    const { pid = 0, program } = redis();
    process.kill(pid, 'SIGSTOP');
    expect((await servers(['status', 'redis'])).output).toContain('frozen');
    const start = await servers(['start', 'redis']);
    expect(start).toMatchObject({ code: 1, output: expect.stringContaining(`kill -CONT ${pid}`) });
    expect((await servers(['stop', 'redis'])).code).toBe(0);
    expect(isServer(pid, { program, folder: join(folder, 'redis') })).toBe(false);
  });

  it('starts none when the environment names another, but does when it names this one', async () => {
    const { address } = redis();
    expect((await servers(['start', 'redis'], { REDIS_URL: 'redis://cache.example' })).output).toContain(
      'not started: REDIS_URL names another one',
    );
    expect(redis().pid).toBeUndefined();
    expect((await servers(['start', 'redis'], { REDIS_URL: address })).output).toContain('ready on');
  });

  it('runs a command that finds the server by its environment', async () => {
    const { code, output } = await servers(['run', '--', process.execPath, '-p', 'process.env.TEST_REDIS_URL']);
    expect({ code, output: output.trim() }).toEqual({ code: 0, output: redis().address });
  });
});
