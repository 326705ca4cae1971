import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { screamingName } from '@mediamesh/contracts';
import { eventually, readPaths } from '@mediamesh/testing';
import { RunningMesh } from './mesh.js';
import type { OneProcess } from './one-process.js';
import { root } from './processes.js';

describe("the operators' command line beside a mesh in one process", () => {
  let mesh: RunningMesh<OneProcess>;
  beforeAll(async () => {
    mesh = await RunningMesh.startEmbedded();
  });
  afterAll(() => mesh.close());

  /** `npm run mesh -- …`, which knows nothing but the mesh's folder, and what it is told. */
  const run = (...args: string[]) => runKnowing({}, ...args);

  async function runKnowing(
    variables: Readonly<Record<string, string>>,
    ...args: string[]
  ): Promise<{ code: number | null; printed: string[]; noted: string }> {
    const child = spawn(
      join(root, 'node_modules/.bin/node'),
      [join(root, 'tools/run.mjs'), 'tools/mesh/main.js', ...args],
      {
        cwd: root,
        env: { ...readPaths(), MESH_FOLDER: join(mesh.folder, '.mesh'), ...variables },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let [printed, noted] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (noted += chunk.toString()));
    await once(child, 'close');
    return { code: child.exitCode, printed: printed.trimEnd().split('\n'), noted };
  }

  it('finds all well while it runs', async () => {
    const { code, printed } = await eventually(
      () => run('doctor'),
      (seen) => seen.code === 0,
      'the doctor finds all well',
      { timeoutMs: 60_000 },
    );
    expect(printed.filter((line) => line.startsWith('✗'))).toEqual([]);
    expect(printed.filter((line) => line.startsWith('✓')).length).toBeGreaterThan(15);
    expect([code, printed.at(-1)]).toEqual([0, expect.stringMatching(/^All is well/)]);
  });

  it('builds the index anew, and shows it', async () => {
    await mesh.publishProgram({
      type: 'podcast',
      defaultLanguage: 'ar',
      localizations: { ar: { title: 'قهوة الصباح' } },
    });
    await mesh.untilFound('قهوة', 1);
    const { code, printed, noted } = await run('reindex');
    expect([code, printed]).toEqual([
      0,
      [
        expect.stringMatching(
          /^The index was built anew: 1 documents and 0 tombstones taken over, 1 documents to be found/,
        ),
      ],
    ]);
    expect(noted).toContain('1/1 items');
    expect((await mesh.search('قهوة', '&limit=3')).body.items).toHaveLength(1);
  });

  it('shows that nothing waits, and that there is no broker', async () => {
    const outbox = await run('outbox');
    expect([outbox.code, outbox.printed]).toEqual([
      0,
      expect.arrayContaining(['cms-service: nothing waits', 'search-service: nothing waits']),
    ]);
    for (const command of ['topics', 'consumers'])
      expect((await run(command)).printed).toEqual([expect.stringContaining('EVENT_BUS=in-process')]);
  });

  it('changes nothing when everything is prepared already', async () => {
    expect(await run('migrate')).toMatchObject({
      code: 0,
      printed: ['Everything the apps stand on is there and of this version.'],
    });
  });

  it('names what does not answer when it does not run', async () => {
    const apps = ['cms-service', 'search-service'] as const;
    await mesh.stop();
    const { code, printed } = await runKnowing(
      Object.fromEntries(apps.map((app) => [`${screamingName(app)}_PORT`, String(mesh.portOf(app))])),
      'doctor',
    );
    expect(code).toBe(1);
    for (const app of apps)
      expect(printed.some((line) => line.startsWith(`✗ ${app}`) && line.includes('does not answer'))).toBe(true);
  });
});
