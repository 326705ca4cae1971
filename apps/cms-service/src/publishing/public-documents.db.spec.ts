import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { type Database, openDatabase } from '@mediamesh/postgres';
import { startTestApp, type TestApp, type TestBody } from '@mediamesh/testing';
import { stubMedia, stubMetadata } from '../../test/neighbours.js';
import { cmsService } from '../index.js';

const count = 10_000;
/** Every tenth row is a tombstone, every eleventh hidden with its program. */
const isHidden = (n: number): boolean => n % 10 === 0 || n % 11 === 0;

describe('the list of all public documents', () => {
  let app: TestApp;
  let database: Database;
  const ids = Array.from({ length: count }, () => randomUUIDv7()).sort();
  const idAt = (n: number): string => ids[n] ?? '';

  beforeAll(async () => {
    app = await startTestApp(cmsService, { neighbours: [stubMetadata(), stubMedia()] });
    database = await openDatabase({
      name: 'cms',
      url: app.databaseUrl ?? '',
      poolSize: 2,
      logger: silentLogger,
      statementTimeout: 60_000,
    });
    await insert(ids.map((id, n) => ({ id, n })));
    await database.query('analyze public_documents');
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await database.close();
    await app.close();
  });

  const insert = (rows: readonly { id: string; n: number; filler?: string }[]) =>
    database.query(
      `insert into public_documents (id, kind, program_id, revision, visible, document)
       select row.id, 'program', row.id, row.n + 1, row.n % 10 <> 0 and row.n % 11 <> 0,
              case when row.n % 10 <> 0 then $2::jsonb || jsonb_build_object('id', row.id, 'link', row.filler) end
       from jsonb_to_recordset($1::jsonb) as row(id uuid, n integer, filler text)`,
      [JSON.stringify(rows), JSON.stringify(documentOf())],
    );
  const read = async (query: Record<string, string | number>): Promise<TestBody> => {
    const parameters = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    const { status, body } = await app.request(`/internal/v1/public-documents?${parameters}`, {
      service: 'search-service',
    });
    expect(status).toBe(200);
    return body;
  };
  const idOf = (item: TestBody): string => (item.document ?? item.tombstone).id as string;
  /** Everything, page by page; `between` happens after each page. */
  async function readAll(
    limit: number,
    between: (pages: number) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<TestBody[]> {
    const items: TestBody[] = [];
    let pages = 0;
    for (let after: string | undefined; ;) {
      const page: TestBody = await read({ limit, ...(after && { after }) });
      items.push(...page.items);
      if (page.next === null) return items;
      expect(page.next).toBe(idOf(page.items.at(-1)));
      after = page.next;
      await between((pages += 1));
    }
  }

  it('has each once, in the order of their ids, with tombstones for what is hidden', async () => {
    const items = await readAll(500);
    expect(items.map(idOf)).toEqual(ids);
    expect(items.map((item) => 'tombstone' in item)).toEqual(ids.map((_, n) => isHidden(n)));
    expect(items[1]).toMatchObject({ document: { id: idAt(1), revision: 2, kind: 'program' } });
    expect(items[11]).toEqual({ tombstone: { id: idAt(11), kind: 'program', programId: idAt(11), revision: 12 } });
    const { body } = await app.request('/internal/v1/public-documents/count', { service: 'search-service' });
    const tombstones = ids.filter((_, n) => isHidden(n)).length;
    expect(body).toEqual({ documents: count - tombstones, tombstones });
  });

  it('keeps its place while rows are written before and behind it', async () => {
    const fresh: string[] = Array.from({ length: 20 }, () => randomUUIDv7());
    const items = await readAll(500, async (pages) => {
      if (pages > 10) return;
      await insert([{ id: fresh[pages] ?? '', n: 1 }]);
      await database.query('update public_documents set revision = revision + 100000 where id = any ($1)', [
        [idAt(1), idAt(9_998)],
      ]);
    });
    const listed = items.map(idOf);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((id) => !fresh.includes(id))).toEqual(ids);
    expect(listed.filter((id) => fresh.includes(id))).toHaveLength(10);
    expect(items.find((item) => idOf(item) === idAt(9_998)).document.revision).toBeGreaterThan(100_000);
  });

  it('ends a page before it grows beyond 4 MB, and never stands still', async () => {
    const large: string[] = Array.from({ length: 9 }, () => randomUUIDv7()).sort();
    await insert(large.map((id) => ({ id, n: 1, filler: `https://example.org/${'x'.repeat(1_900_000)}` })));
    const after = ids.at(-1) ?? '';
    const sizes: number[] = [];
    const seen: string[] = [];
    for (let next: string | null = after; next !== null;) {
      const page: TestBody = await read({ limit: 500, after: next });
      sizes.push(page.items.filter((item: TestBody) => large.includes(idOf(item))).length);
      seen.push(...page.items.map(idOf));
      next = page.next as string | null;
    }
    expect(Math.max(...sizes)).toBe(2);
    expect(seen).toEqual(expect.arrayContaining(large));
    // one that is heavier than a page is a page of its own
    await database.query(
      'update public_documents set document = document || jsonb_build_object($2::text, $3::text) where id = $1',
      [large[4], 'link', 'y'.repeat(6_000_000)],
    );
    const page = await read({ limit: 500, after: large[3] ?? '' });
    expect([page.items.map(idOf), page.next]).toEqual([[large[4]], large[4]]);
    await database.query('delete from public_documents where id = any ($1)', [large]);
  });

  it('costs one statement a page, which reads the index of the ids and no more rows than the page', async () => {
    const queries = jest.spyOn(
      Object.getPrototypeOf(database.db.dataSource.createQueryRunner()) as {
        query(sql: string, parameters?: unknown[]): unknown;
      },
      'query',
    );
    await read({ limit: 200, after: idAt(7_000) });
    const calls = queries.mock.calls.filter(([sql]) => sql.includes('public_documents'));
    queries.mockRestore();
    expect(calls).toHaveLength(1);
    const [[sql, parameters] = ['']] = calls;
    const [plan] = await database.query<{ 'QUERY PLAN': unknown }>(
      `explain (analyze, buffers, format json) ${sql}`,
      parameters,
    );
    const text = JSON.stringify(plan);
    expect(text).toContain('"Index Name":"public_documents_pkey"');
    expect(text).not.toContain('Seq Scan');
    expect(text).not.toContain('"Sort Key"');
    const rows = [...text.matchAll(/"Actual Rows":([\d.]+)/g)].map(([, actual]) => Number(actual));
    expect(Math.max(...rows)).toBe(201);
  });

  it('is for services alone', async () => {
    for (const path of ['/public-documents', '/public-documents/count']) {
      expect((await app.request(`/internal/v1${path}`, { user: 'ADMIN' })).status).toBe(403);
      expect((await app.request(`/internal/v1${path}`, { service: null })).status).toBe(401);
    }
  });

  it.each(['limit=0', 'limit=501', 'limit=all', 'after=x', 'afer=0199d2c4-7d10-7a41-8c55-1f0b6e2d9a01'])(
    'refuses %s',
    async (query) => {
      const { status } = await app.request(`/internal/v1/public-documents?${query}`, { service: 'search-service' });
      expect(status).toBe(422);
    },
  );
});

function documentOf(): object {
  const day = '2026-03-01T00:00:00.000Z';
  return {
    kind: 'program',
    revision: 0,
    type: 'podcast',
    category: null,
    defaultLanguage: 'ar',
    localizations: { ar: { title: 'قهوة', description: '<p>عن القهوة</p>', summary: 'عن القهوة', slug: 'قهوة' } },
    formerSlugs: [],
    tags: [],
    people: [],
    explicit: false,
    cover: null,
    releasedAt: day,
    publishedAt: day,
    updatedAt: day,
    order: 'newest_first',
  };
}
