import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.js';

const module = JSON.stringify(join(import.meta.dirname, 'lock.ts'));
const hooks = join(import.meta.dirname, '../typescript-hooks.mjs');

describe('a lock between processes', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mediamesh-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** A process that does `work` under the lock. */
  const start = (work: string) =>
    spawn(
      process.execPath,
      [
        '--import',
        hooks,
        '--input-type=module',
        '-e',
        `import { withLock } from ${module}; import { readFileSync, writeFileSync } from 'node:fs'; ${work}`,
        folder,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );

  it('is held by one at a time, in one process and among several', async () => {
    const counter = join(folder, 'counter');
    writeFileSync(counter, '0');
    const work = `
      const counter = ${JSON.stringify(counter)};
      const add = () => withLock(${JSON.stringify(join(folder, 'lock'))}, async () => {
        const before = Number(readFileSync(counter, 'utf8'));
        await new Promise((resolve) => setTimeout(resolve, 1));
        writeFileSync(counter, String(before + 1));
      });
      await Promise.all([add(), add(), add(), add()]);`;
    const codes = await Promise.all([1, 2, 3].map(async () => (await once(start(work), 'exit'))[0] as number));
    expect(codes).toEqual([0, 0, 0]);
    expect(readFileSync(counter, 'utf8')).toBe('12');
    expect(readdirSync(folder)).toEqual(['counter']);
  });

  it('passes on when its holder was killed', async () => {
    const lock = join(folder, 'lock');
    const holder = start(
      `await withLock(${JSON.stringify(lock)}, () => { console.log('held'); return new Promise((resolve) => ` +
        'setTimeout(resolve, 60_000)); })',
    );
    await once(holder.stdout!, 'data');
    expect(existsSync(lock)).toBe(true);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await withLock(lock, () => 'mine')).toBe('mine');
  });

  it('is given back after a failure', async () => {
    const lock = join(folder, 'lock');
    await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(lock, () => 'mine')).toBe('mine');
  });
});
