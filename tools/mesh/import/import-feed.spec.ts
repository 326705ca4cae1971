import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportItem, ImportRun, Program, Source } from '@mediamesh/contracts';
import { type AnsweringServer, problem, type Route, startAnsweringServer } from '../fixtures/answering-server.js';
import { createRecordingTerminal } from '../fixtures/recording-terminal.js';
import { readRunningMesh } from '../mesh-folder.js';
import { runCommand } from '../run-command.js';

const sourceId = '0199c8f4-5b1e-7c3a-9d2f-000000000001';
const runId = '0199c8f4-5b1e-7c3a-9d2f-000000000002';
const programId = '0199c8f4-5b1e-7c3a-9d2f-000000000003';
const time = '2026-11-22T12:00:00.000Z';
const counts = { new: 2, changed: 0, unchanged: 0, duplicate: 0, failed: 0 };
const source: Source = {
  id: sourceId,
  kind: 'rss',
  url: null,
  name: null,
  programId: null,
  publish: 'when_ready',
  version: 1,
  lastRunId: null,
  createdAt: time,
  updatedAt: time,
  createdBy: null,
};
const run: ImportRun = {
  id: runId,
  sourceId,
  status: 'completed',
  counts,
  total: 2,
  published: 2,
  programId,
  codes: [],
  error: null,
  createdAt: time,
  startedAt: time,
  finishedAt: time,
};
const program: Program = {
  id: programId,
  status: 'published',
  hasUnpublishedChanges: false,
  origin: {},
  version: 1,
  createdAt: time,
  updatedAt: time,
  publishedAt: time,
  createdBy: null,
  type: 'podcast',
  defaultLanguage: 'ar',
  localizations: { ar: { title: 'القهوة', live: true } },
  category: null,
  tags: [],
  explicit: false,
  people: [],
  coverAssetId: null,
  link: null,
  order: 'newest_first',
  releasedAt: null,
};
const item = (position: number): ImportItem => ({
  position,
  key: `guid:${position}`,
  title: `حلقة ${position}`,
  outcome: 'new',
  episodeId: programId,
  published: true,
  codes: [],
});
const publicProgram = {
  id: programId,
  type: 'podcast',
  slug: 'القهوة',
  language: 'ar',
  title: 'القهوة',
  description: '',
  summary: '',
  subtitle: '',
  category: null,
  tags: [],
  people: [],
  explicit: false,
  cover: null,
  languages: ['ar'],
  slugs: { ar: 'القهوة' },
  link: null,
  releasedAt: time,
  publishedAt: time,
  updatedAt: time,
  order: 'newest_first',
  episodeCount: 2,
};

/** The gateways as they answer when all goes well, and a file is imported for the first time. */
const wellBehaved: Readonly<Record<string, Route>> = {
  'POST /api/v1/auth/login': () => ({ json: { accessToken: 'token', tokenType: 'Bearer', expiresIn: 900 } }),
  'GET /api/v1/ingest/sources': () => ({ json: { items: [], next: null } }),
  'POST /api/v1/ingest/sources': () => ({ status: 201, json: source }),
  [`POST /api/v1/ingest/sources/${sourceId}/runs`]: () => ({
    status: 202,
    json: { ...run, status: 'queued', total: null },
  }),
  [`GET /api/v1/ingest/runs/${runId}`]: () => ({ json: run }),
  [`GET /api/v1/ingest/runs/${runId}/items`]: ({ query }) => ({
    json: query['cursor'] === undefined ? { items: [item(0)], next: 'more' } : { items: [item(1)], next: null },
  }),
  [`GET /api/v1/cms/programs/${programId}`]: () => ({ json: program }),
  [`GET /api/v1/discovery/programs/${programId}`]: () => ({ json: publicProgram }),
};

describe('importing a feed', () => {
  let folder: string;
  let server: AnsweringServer | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mesh-'));
    await writeFile(join(folder, 'قهوة.rss'), '<rss/>');
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    await rm(folder, { recursive: true });
  });

  /** Runs `import` against gateways that answer as told. */
  async function importWith(args: readonly string[], routes: Readonly<Record<string, Route>> = {}) {
    server = await startAnsweringServer({ ...wellBehaved, ...routes });
    const { url } = server;
    await writeFile(
      join(folder, 'mesh.json'),
      JSON.stringify({
        cms: url,
        discovery: url,
        pid: process.pid,
        editor: { email: 'editor@example.org', password: 'secret' },
      }),
    );
    const { terminal, printed, noted } = createRecordingTerminal();
    const code = await runCommand(['import', ...args], {
      environment: { MESH_FOLDER: folder, INIT_CWD: folder },
      input: process.stdin,
      terminal,
    });
    return { code, printed, noted: noted(), heard: server.heard, url };
  }

  it('makes a source for a file, sends the file with the run, prints all items and the public address', async () => {
    const { code, printed, heard, url } = await importWith(['قهوة.rss', '--publish']);
    expect(code).toBe(0);
    const made = heard.find(({ route }) => route === 'POST /api/v1/ingest/sources');
    expect(JSON.parse(made?.body ?? '')).toEqual({
      kind: 'rss',
      name: `file:${join(folder, 'قهوة.rss')}`,
      publish: 'when_ready',
    });
    expect(heard.find(({ route }) => route.endsWith('/runs'))).toMatchObject({
      body: '<rss/>',
      query: { publish: 'when_ready' },
      headers: { authorization: 'Bearer token', 'content-type': 'application/rss+xml' },
    });
    expect(printed.filter((line) => line.includes('حلقة'))).toHaveLength(2);
    expect(printed.at(-2)).toBe(`  ${url}/api/v1/discovery/programs/القهوة`);
    expect(printed.at(-1)).toBe(`  ${url}/api/v1/discovery/programs/${encodeURIComponent('القهوة')}`);
  });

  it('runs the source of an address that is there already, with its own policy unless told to publish', async () => {
    const known = { ...source, url: 'https://example.org/feed.xml', programId, publish: 'draft' };
    const { code, heard } = await importWith(['https://example.org/feed.xml'], {
      'GET /api/v1/ingest/sources': () => ({ json: { items: [known], next: null } }),
    });
    expect(code).toBe(0);
    expect(heard.find(({ route }) => route === 'GET /api/v1/ingest/sources')?.query).toEqual({
      url: 'https://example.org/feed.xml',
    });
    expect(heard.map(({ route }) => route)).not.toContain('POST /api/v1/ingest/sources');
    expect(heard.find(({ route }) => route.endsWith('/runs'))).toMatchObject({ body: '', query: {} });
  });

  it('refuses to import a feed into another program than its source does', async () => {
    const { code, noted, heard } = await importWith(['قهوة.rss', '--program', programId], {
      'GET /api/v1/ingest/sources': () => ({ json: { items: [source], next: null } }),
    });
    expect(code).toBe(1);
    expect(noted).toContain('a program of its own already');
    expect(heard.some(({ route }) => route.endsWith('/runs'))).toBe(false);
  });

  it('finds the source that somebody else made at the same moment', async () => {
    let looked = 0;
    const { code } = await importWith(['https://example.org/feed.xml'], {
      'GET /api/v1/ingest/sources': () => ({ json: { items: looked++ === 0 ? [] : [source], next: null } }),
      'POST /api/v1/ingest/sources': () =>
        problem(409, 'source.url_taken', 'There is a source with this address already'),
    });
    expect(code).toBe(0);
  });

  it('logs in again when its token has ended, and waits when asked to', async () => {
    let looks = 0;
    const answers = [
      problem(401, 'auth.invalid_token', 'This token is not valid'),
      problem(429, 'request.limited', 'Too many requests', { 'retry-after': '1' }),
      { json: run },
    ];
    const { code, heard } = await importWith(['قهوة.rss'], {
      [`GET /api/v1/ingest/runs/${runId}`]: () => answers[looks++] ?? { json: run },
    });
    expect(code).toBe(0);
    expect(heard.filter(({ route }) => route === 'POST /api/v1/auth/login')).toHaveLength(2);
    expect(looks).toBe(3);
  });

  it('ends with 1 and the reason when the run fails', async () => {
    const failed = {
      ...run,
      status: 'failed',
      programId: null,
      total: null,
      error: { code: 'feed.not_a_feed', detail: 'The document is\nno XML' },
    };
    const { code, noted } = await importWith(['قهوة.rss'], {
      [`GET /api/v1/ingest/runs/${runId}`]: () => ({ json: failed }),
      [`GET /api/v1/ingest/runs/${runId}/items`]: () => ({ json: { items: [], next: null } }),
    });
    expect(code).toBe(1);
    expect(noted.trimEnd().split('\n').at(-1)).toBe(
      `The run ${runId} failed: The document is no XML (feed.not_a_feed)`,
    );
  });

  it('says in one line what was refused, with the field', async () => {
    const refusal = {
      status: 422,
      json: {
        code: 'request.invalid',
        detail: 'Some of what was sent is not valid',
        errors: [{ pointer: '/url', code: 'source.url_not_allowed' }],
      },
    };
    const { code, noted } = await importWith(['http://127.0.0.1:9/feed.xml'], {
      'POST /api/v1/ingest/sources': () => refusal,
    });
    expect(code).toBe(1);
    expect(noted).toBe('Some of what was sent is not valid (request.invalid); /url: This address cannot be a source\n');
  });

  it('says why a program is not public', async () => {
    const { printed } = await importWith(['قهوة.rss'], {
      [`GET /api/v1/cms/programs/${programId}`]: () => ({ json: { ...program, status: 'draft' } }),
      [`GET /api/v1/cms/programs/${programId}/readiness`]: () => ({
        json: {
          ready: false,
          languages: {
            ar: {
              ready: false,
              blocking: [{ code: 'readiness.category_missing', pointer: '/category', message: '' }],
              warnings: [],
            },
          },
        },
      }),
    });
    expect(printed.slice(-2)).toEqual([
      expect.stringContaining('(draft, not public)'),
      '  readiness.category_missing: The category is missing',
    ]);
  });

  it('is not taken in by another program at the address', async () => {
    const { code, noted, url } = await importWith(['قهوة.rss'], {
      'POST /api/v1/auth/login': () => ({ json: { hello: 'world' } }),
    });
    expect(code).toBe(1);
    expect(noted).toBe(`What answers at ${url} is not cms-gateway of this version.\n`);
  });

  it('says that the mesh does not run: never started, gone, or damaged', async () => {
    const { terminal, noted } = createRecordingTerminal();
    const importOnce = () =>
      runCommand(['import', 'قهوة.rss'], {
        environment: { MESH_FOLDER: folder, INIT_CWD: folder },
        input: process.stdin,
        terminal,
      });
    expect(await importOnce()).toBe(1);
    await writeFile(
      join(folder, 'mesh.json'),
      JSON.stringify({
        cms: 'http://localhost:1',
        discovery: 'http://localhost:1',
        pid: 2 ** 22 + 1,
        editor: { email: 'a', password: 'b' },
      }),
    );
    expect(await importOnce()).toBe(1);
    await writeFile(join(folder, 'mesh.json'), '{');
    expect(await importOnce()).toBe(1);
    expect(noted().trimEnd().split('\n')).toEqual([
      expect.stringContaining('The mesh does not run: there is no'),
      expect.stringContaining('is gone'),
      expect.stringContaining('is damaged'),
    ]);
  });

  it('works by the account that is given, and says so where none is known', async () => {
    const { terminal, noted } = createRecordingTerminal();
    await writeFile(
      join(folder, 'mesh.json'),
      JSON.stringify({ cms: 'http://localhost:1', discovery: 'http://localhost:1', pid: process.pid }),
    );
    const environment = { MESH_FOLDER: folder, INIT_CWD: folder };
    expect(await runCommand(['import', 'قهوة.rss'], { environment, input: process.stdin, terminal })).toBe(1);
    expect(noted()).toContain('names no editor. Set EDITOR_EMAIL and EDITOR_PASSWORD');
    expect(await readRunningMesh({ ...environment, EDITOR_EMAIL: 'e@x.org', EDITOR_PASSWORD: 'own' })).toMatchObject({
      editor: { email: 'e@x.org', password: 'own' },
    });
  });
});
