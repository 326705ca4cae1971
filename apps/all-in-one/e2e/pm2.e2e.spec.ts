import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readPaths } from '@mediamesh/testing';
import { root } from './processes.js';

describe('a start under PM2', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mesh-pm2-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('refuses a wrong configuration of any app, a line for each mistake, before PM2 runs', async () => {
    const variables = {
      NODE_ENV: 'production',
      MESH_FOLDER: folder,
      PM2_HOME: join(folder, 'pm2'),
      LIMIT_READ: '0/5',
      EVENT_BUS: 'kafka',
      POSTGRES_URL: 'postgres://u:hush@127.0.0.1:1/x',
    };
    const child = spawn(process.execPath, [join(root, 'dist/tools/pm2/main.js'), 'start', 'ecosystem.config.js'], {
      cwd: root,
      env: { ...readPaths(), ...variables },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(child, 'close');
    expect(child.exitCode).toBe(1);
    const lines = said.split('\n').map((line) => line.trim());
    expect(lines).toEqual(
      expect.arrayContaining([
        'KAFKA_BROKERS: is required when EVENT_BUS is kafka',
        'CURSOR_SECRETS: is required',
        'SERVICE_SECRET_SEARCH_SERVICE: is required',
        'MEDIA_UPLOAD_SECRET: is required',
      ]),
    );
    expect(lines.filter((line) => line.startsWith('LIMIT_READ: '))).toHaveLength(1);
    expect(said).not.toMatch(/hush|0\/5/);
    expect(existsSync(join(folder, 'pm2'))).toBe(false);
  });
});
