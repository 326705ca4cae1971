import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withConnection } from '@mediamesh/postgres/embedded';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareEmbedded } from './prepare.js';
import { resetMesh } from './reset.js';

describe('an embedded mesh with PostgreSQL of its own', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mediamesh-folder-'));
    await chmod(folder, 0o755);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('starts it, stops it, and is forgotten with a server that was left running', async () => {
    const meshFolder = join(folder, '.mesh');
    const lines: string[] = [];
    const embedded = await prepareEmbedded({ meshFolder, env: {}, log: (line) => lines.push(line) });
    const url = embedded.env['POSTGRES_URL']!;
    expect(await withConnection(url, (connection) => connection.query('select 1 as one'))).toEqual([{ one: 1 }]);
    expect(lines).toContain('Starting PostgreSQL');

    const pid = Number((await readFile(join(meshFolder, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
    await rm(join(meshFolder, 'lock')); // as after kill -9: the server runs, nobody holds the folder
    await resetMesh(meshFolder);
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
    expect(existsSync(meshFolder)).toBe(false);
  });
});
