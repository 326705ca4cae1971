import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { makeRunFolder } from './run-folder.js';

describe('the folder of a run', () => {
  it('is made after those of processes that are gone were forgotten, and of nobody else', async () => {
    const kind = `run-folder-${process.pid}`;
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    const [abandoned, ours, other] = [`${kind}-${child.pid}-x`, `${kind}-${process.pid}-x`, `${kind}-notes`].map(
      (name) => join(tmpdir(), name),
    );
    for (const folder of [abandoned, ours, other]) await mkdir(folder ?? '');
    const forgotten: string[] = [];
    const made = await makeRunFolder(kind, async (folder) => void forgotten.push(folder));
    expect(forgotten).toEqual([abandoned]);
    expect([abandoned, ours, other, made].map((folder) => existsSync(folder ?? ''))).toEqual([false, true, true, true]);
    for (const folder of [ours, other, made]) await rm(folder ?? '', { recursive: true });
  });
});
