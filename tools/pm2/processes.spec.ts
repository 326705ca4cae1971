import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { appNames } from '@mediamesh/contracts';
import { meshFolder } from '../mesh/mesh-folder.js';
import { processes } from './processes.js';

describe('the processes under PM2', () => {
  it('are the nine apps', () => {
    expect(processes.map(({ name }) => name).sort()).toEqual([...appNames].sort());
  });

  it('each keep their own log, where PM2 looks for it', () => {
    const folder = join(meshFolder(process.env), 'logs');
    for (const { name, env, out_file: file } of processes)
      expect({ name, folder: env['LOG_FOLDER'], file }).toEqual({ name, folder, file: join(folder, `${name}.log`) });
  });

  it('are given longer to stop than they take at the most', () => {
    for (const { kill_timeout: patience, env } of processes)
      expect(patience).toBeGreaterThan(24_000 + Number(env['DRAIN_SECONDS']) * 1_000);
  });

  it('drain for longer than our own clients keep an idle connection', () => {
    for (const { env } of processes) expect(Number(env['DRAIN_SECONDS'])).toBeGreaterThan(1.5);
  });
});
