import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeMeshFile, writeMeshFile, type MeshFile } from './mesh-file.js';
import { prepareEmbedded, type Embedded } from './prepare.js';
import { resetMesh } from './reset.js';

const secretNames = [
  'SERVICE_SECRET_AUTH_SERVICE',
  'SERVICE_SECRET_CMS_SERVICE',
  'SERVICE_SECRET_METADATA_SERVICE',
  'SERVICE_SECRET_MEDIA_SERVICE',
  'SERVICE_SECRET_INGEST_SERVICE',
  'SERVICE_SECRET_DISCOVERY_SERVICE',
  'SERVICE_SECRET_SEARCH_SERVICE',
  'SERVICE_SECRET_CMS_GATEWAY',
  'SERVICE_SECRET_DISCOVERY_GATEWAY',
  'SERVICE_SECRET_MESH',
  'AUTH_KEY_SECRET',
  'CURSOR_SECRETS',
  'MEDIA_UPLOAD_SECRET',
  'ADMIN_EMAIL',
  'ADMIN_PASSWORD',
  'EDITOR_EMAIL',
  'EDITOR_PASSWORD',
];

describe('the folder of an embedded mesh', () => {
  let meshFolder: string;
  const prepare = (env: Record<string, string> = {}): Promise<Embedded> =>
    prepareEmbedded({ meshFolder, env: { POSTGRES_URL: 'postgresql://elsewhere/', ...env }, log: () => undefined });

  beforeEach(async () => {
    meshFolder = join(await mkdtemp(join(tmpdir(), 'mediamesh-folder-')), '.mesh');
  });
  afterEach(() => rm(join(meshFolder, '..'), { recursive: true, force: true }));

  it('makes random secrets for its owner only, the same at every start', async () => {
    const first = await prepare();
    await first.stop();
    const second = await prepare();
    await second.stop();
    expect(Object.keys(first.env).sort()).toEqual([...secretNames].sort());
    expect(second.env).toEqual(first.env);
    expect((await stat(join(meshFolder, 'secrets'))).mode & 0o777).toBe(0o600);
    const random = Object.entries(first.env)
      .filter(([name]) => !name.endsWith('_EMAIL'))
      .map(([, value]) => value);
    expect(new Set(random).size).toBe(random.length);
    expect(random.every((value) => value.length >= 20)).toBe(true);
  });

  it('adds the secrets that an older install does not have and keeps the others', async () => {
    const first = await prepare();
    await first.stop();
    const { CURSOR_SECRETS: _, ...older } = first.secrets;
    await writeFile(join(meshFolder, 'secrets'), JSON.stringify(older));
    const second = await prepare();
    await second.stop();
    expect(second.secrets).toMatchObject(older);
    expect(second.secrets['CURSOR_SECRETS']).not.toBe(first.secrets['CURSOR_SECRETS']);
  });

  it('never overrides a variable that is set', async () => {
    const embedded = await prepare({ ADMIN_PASSWORD: 'chosen' });
    await embedded.stop();
    expect(embedded.env).not.toHaveProperty('ADMIN_PASSWORD');
    expect(embedded.env).not.toHaveProperty('POSTGRES_URL');
    expect(embedded.secrets['ADMIN_PASSWORD']).toBe('chosen');
  });

  it.each([
    ['torn', '{"AUTH_KEY_SE'],
    ['a list', '[]'],
    ['empty', ''],
    ['of the wrong kind', '{"AUTH_KEY_SECRET":7}'],
  ])('refuses secrets that are %s, and leaves the file and the folder alone', async (_kind, text) => {
    await (await prepare()).stop();
    await writeFile(join(meshFolder, 'secrets'), text);
    await expect(prepare()).rejects.toThrow(/secrets in .* are damaged/);
    expect(await readFile(join(meshFolder, 'secrets'), 'utf8')).toBe(text);
    await expect(prepare()).rejects.toThrow(/damaged/); // not: another mesh runs
  });

  it('refuses a second mesh while the first runs, and lets it in afterwards', async () => {
    const first = await prepare();
    await expect(prepare()).rejects.toThrow(`Another mesh (process ${process.pid}) runs on ${meshFolder}`);
    await first.stop();
    await (await prepare()).stop();
    expect(existsSync(join(meshFolder, 'lock.pid'))).toBe(false);
  });

  it.each([
    ['a process that is gone', '999999999\n1\n'],
    ['a process id given out again', `${process.pid}\n1\n`],
    ['nobody', ''],
  ])('takes over the lock of %s, once only when several ask at once', async (_whose, text) => {
    await (await prepare()).stop();
    await writeFile(join(meshFolder, 'lock.pid'), text);
    await writeFile(join(meshFolder, 'mesh.json'), '{}');
    const outcomes = await Promise.allSettled([prepare(), prepare(), prepare()]);
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(existsSync(join(meshFolder, 'mesh.json'))).toBe(false);
    await winners[0]!.value.stop();
  });

  it('says that the mesh is ready in a file for its owner only, and takes it back', async () => {
    await (await prepare()).stop();
    const content: MeshFile = {
      cms: 'http://localhost:8081',
      discovery: 'http://localhost:8080',
      environment: { CMS_SERVICE_PORT: '8082' },
      pid: 1,
      startedAt: '2026-01-01T00:00:00Z',
      admin: { email: 'a@b.c', password: 'x' },
      editor: { email: 'e@b.c', password: 'y' },
    };
    await writeMeshFile(meshFolder, content);
    expect(JSON.parse(await readFile(join(meshFolder, 'mesh.json'), 'utf8'))).toEqual(content);
    expect((await stat(join(meshFolder, 'mesh.json'))).mode & 0o777).toBe(0o600);
    await removeMeshFile(meshFolder);
    await removeMeshFile(meshFolder);
    expect(await readdir(meshFolder)).toEqual(['lock', 'secrets']);
  });

  it('is forgotten by a reset, but not while a mesh runs on it', async () => {
    const running = await prepare();
    await expect(resetMesh(meshFolder)).rejects.toThrow(/Another mesh .* runs/);
    expect(existsSync(join(meshFolder, 'secrets'))).toBe(true);
    await running.stop();
    expect(await resetMesh(meshFolder)).toBe(true);
    expect(existsSync(meshFolder)).toBe(false);
    expect(await resetMesh(meshFolder)).toBe(false);
  });
});
