import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@mediamesh/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endServer, findServers, isCommandOf, isFrozen, isServer, readMemoryOf } from './processes.js';

describe('the process of a server', () => {
  const server = { program: '/usr/lib/jvm/bin/java', folder: '/data/servers/kafka' };

  it('is known by its program and by its folder in the arguments', () => {
    expect(
      isCommandOf(
        ['/opt/other/bin/java', '-cp', 'libs/*', 'kafka.Kafka', '/data/servers/kafka/server.properties'],
        server,
      ),
    ).toBe(true);
    expect(isCommandOf(['java', '-Dlog=/data/servers/kafka/log4j2.properties'], server)).toBe(true);
  });

  it('is not another program that has one of its files open', () => {
    expect(isCommandOf(['tail', '-f', '/data/servers/kafka/kafka.log'], server)).toBe(false);
  });

  it('is not the same program of another folder, even one whose name begins alike', () => {
    expect(isCommandOf(['java', 'kafka.Kafka', '/data/servers/kafka2/server.properties'], server)).toBe(false);
    expect(isCommandOf(['java', '-version'], server)).toBe(false);
  });

  it('is none when the process has gone', () => {
    expect(isCommandOf([], server)).toBe(false);
    expect(isServer(2 ** 22 + 1, server)).toBe(false);
    expect(isServer(Number.NaN, server)).toBe(false);
  });
});

describe('ending a server', () => {
  let folder: string;
  let child: ChildProcess | undefined;
  const known = () => ({ program: process.execPath, folder });

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'mediamesh-processes-')));
  });
  afterEach(() => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /** A process that carries the folder in its arguments, once it runs `program`. */
  async function start(program: string): Promise<number> {
    child = spawn(
      process.execPath,
      ['-e', `${program}; console.log('ready'); setInterval(() => {}, 1000)`, join(folder, 'settings')],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout!, 'data');
    return child.pid!;
  }

  it('waits until it has gone', async () => {
    const pid = await start(`process.on('SIGTERM', () => setTimeout(() => process.exit(), 200))`);
    expect(isServer(pid, known())).toBe(true);
    expect(findServers(known())).toEqual([pid]);
    expect(readMemoryOf(pid)).toBeGreaterThan(1);
    expect(await endServer(pid, known())).toBe('in order');
    expect(isServer(pid, known())).toBe(false);
    expect(findServers(known())).toEqual([]);
  });

  it('uses force after a while', async () => {
    const pid = await start(`process.on('SIGTERM', () => {})`);
    expect(await endServer(pid, known(), { patienceMs: 100 })).toBe('by force');
  });

  it('ends also one that is frozen', async () => {
    const pid = await start('');
    expect(isFrozen(pid)).toBe(false);
    process.kill(pid, 'SIGSTOP');
    await eventually(
      () => isFrozen(pid),
      (frozen) => frozen,
      'the process is frozen',
    ); // the signal takes effect a moment later
    expect(await endServer(pid, known())).toBe('in order');
  });

  it('leaves a process alone that is not the server', async () => {
    const pid = await start('');
    expect(await endServer(pid, { ...known(), folder: `${folder}-other` })).toBeUndefined();
    expect(isServer(pid, known())).toBe(true);
  });
});
