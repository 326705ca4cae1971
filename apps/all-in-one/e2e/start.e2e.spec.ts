import { createServer } from 'node:net';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appNames } from '@mediamesh/contracts';
import { eventually } from '@mediamesh/testing';
import { RunningMesh } from './mesh.js';
import { request } from './mesh-client.js';
import type { OneProcess } from './one-process.js';

describe('starting and stopping', () => {
  let mesh: RunningMesh<OneProcess>;
  beforeAll(async () => {
    mesh = await RunningMesh.startEmbedded();
  });
  afterAll(() => mesh.close());

  const meshFile = (): string => join(mesh.folder, '.mesh/mesh.json');

  it('tells its owner, and nobody else, where it is and how to log in', async () => {
    expect((await stat(meshFile())).mode & 0o777).toBe(0o600);
    expect((await stat(join(mesh.folder, '.mesh/secrets'))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(meshFile(), 'utf8'))).toMatchObject({
      cms: `http://localhost:${mesh.portOf('cms-gateway')}`,
      discovery: `http://localhost:${mesh.portOf('discovery-gateway')}`,
      startedAt: expect.stringMatching(/Z$/),
    });
    expect(mesh.output).toContain(mesh.file.editor.password);
    for (const account of [mesh.file.admin, mesh.file.editor]) expect(await mesh.token(account)).toBeTruthy();
  });

  it('is live, ready, measured and documented on every port, and logs JSON without secrets', async () => {
    for (const app of appNames) {
      const at = (path: string) => request('GET', `http://127.0.0.1:${mesh.portOf(app)}${path}`);
      expect({ app, status: (await at('/health/ready')).status }).toEqual({ app, status: 200 });
      expect((await at('/health/live')).body).toEqual({ app, status: 'live' });
      expect((await at('/metrics')).body).toContain('mediamesh_http_seconds');
      expect(Object.keys((await at('/docs-json')).body.paths).length).toBeGreaterThan(0);
      expect((await at('/docs')).body).toContain('swagger');
      const log = await readFile(join(mesh.folder, '.mesh/logs', `${app}.log`), 'utf8');
      for (const line of log.trim().split('\n'))
        expect(JSON.parse(line)).toMatchObject({
          app,
          level: expect.any(String),
          time: expect.any(String),
          message: expect.any(String),
        });
      for (const secret of [mesh.file.editor.password, mesh.file.admin.password, 'eyJ'])
        expect(log).not.toContain(secret);
    }
  });

  it('answers the root of each gateway with links, and of services with nothing', async () => {
    for (const app of ['cms-gateway', 'discovery-gateway'] as const) {
      const origin = `http://127.0.0.1:${mesh.portOf(app)}`;
      const { status, body } = await request('GET', `${origin}/`);
      expect({ status, body }).toEqual({
        status: 200,
        body: { app, links: expect.any(Object), apis: expect.any(Array) },
      });
      for (const link of Object.values<string>(body.links))
        expect({ link, status: (await request('GET', new URL(link, origin).href)).status }).toEqual({
          link,
          status: 200,
        });
    }
    expect((await request('GET', `http://127.0.0.1:${mesh.portOf('cms-service')}/`)).status).toBe(404);
  });

  it('keeps data and accounts from one start to the next', async () => {
    const { id } = await mesh.publishProgram({
      type: 'series',
      defaultLanguage: 'ar',
      localizations: { ar: { title: 'باقية بعد الإعادة' } },
    });
    await eventually(
      () => mesh.public(`/programs/${id}`),
      ({ status }) => status === 200,
      'it is public',
    );
    const before = mesh.file.editor;
    expect(await mesh.stop()).toBe(0);
    expect(mesh.output).toMatch(/MediaMesh is up\.[\s\S]*Stopped\./);
    await expect(stat(meshFile())).rejects.toMatchObject({ code: 'ENOENT' });
    await mesh.restart();
    expect(mesh.file.editor).toEqual(before);
    expect((await mesh.public(`/programs/${id}`)).status).toBe(200);
    await mesh.untilFound('باقيه', 1);
  });

  it('refuses a second mesh on its folder with one line', async () => {
    const failure = await mesh.host.tryAnother({});
    expect(failure.code).toBe(1);
    expect(failure.error.trim().split('\n')).toHaveLength(1);
    expect((await mesh.public('/categories')).status).toBe(200);
  });

  it('says in one line which port is taken, or every setting that is wrong, and stops', async () => {
    await mesh.stop();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(mesh.portOf('search-service'), '127.0.0.1', resolve));
    const taken = await mesh.host.tryAnother({});
    await new Promise((resolve) => holder.close(resolve));
    expect(taken).toMatchObject({
      code: 1,
      error: expect.stringContaining(`Port ${mesh.portOf('search-service')} is taken`),
    });
    expect(taken.error.trim().split('\n')).toHaveLength(1);

    const wrong = await mesh.host.tryAnother({ LOG_LEVEL: 'loud', TRUSTED_PROXIES: 'many', CURSOR_SECRETS: 'short' });
    expect(wrong.code).toBe(1);
    for (const name of ['LOG_LEVEL', 'TRUSTED_PROXIES', 'CURSOR_SECRETS']) expect(wrong.error).toContain(name);
    expect(wrong.error).not.toContain('    at ');
    await mesh.restart();
  });
});
