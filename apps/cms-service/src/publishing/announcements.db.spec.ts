import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { type Database, openDatabase } from '@mediamesh/postgres';
import { eventually, startTestApp, type TestAnswer, type TestApp, type TestBody } from '@mediamesh/testing';
import { stubMedia, stubMetadata } from '../../test/neighbours.js';
import { cmsService } from '../index.js';

const path = '/internal/v1/announcements';

describe('announcing again', () => {
  let app: TestApp;
  let database: Database;
  beforeAll(async () => {
    app = await startTestApp(cmsService, { neighbours: [stubMetadata(), stubMedia()] });
    database = await openDatabase({ name: 'cms', url: app.databaseUrl ?? '', poolSize: 2, logger: silentLogger });
  });
  afterAll(async () => {
    await database.close();
    await app.close();
  });

  const call = (method: string, at: string, body?: unknown): Promise<TestAnswer> =>
    app.request(`/internal/v1${at}`, { method, user: 'EDITOR', body, headers: { 'if-match': '*' } });
  const announce = (query = ''): Promise<TestAnswer> =>
    app.request(`${path}${query}`, { method: 'POST', service: 'mesh' });
  const program = async (title: string): Promise<string> =>
    (await call('POST', '/programs', { type: 'podcast', defaultLanguage: 'ar', localizations: { ar: { title } } })).body
      .id as string;
  const episode = async (programId: string, title: string): Promise<string> =>
    (
      await call('POST', `/programs/${programId}/episodes`, {
        defaultLanguage: 'ar',
        localizations: { ar: { title } },
        link: 'https://example.org/1',
      })
    ).body.id as string;
  const publish = async (kind: 'programs' | 'episodes', id: string): Promise<string> => {
    expect((await call('POST', `/${kind}/${id}/publish`)).status).toBe(200);
    return id;
  };
  /** What search-service would build its index from. */
  const listed = async (): Promise<TestBody[]> =>
    (await app.request('/internal/v1/public-documents?limit=500', { service: 'search-service' })).body.items;
  const idOf = ({ document, tombstone }: TestBody): string => (document ?? tombstone).id as string;

  /** What the outbox received meanwhile. */
  async function appendedDuring(work: () => Promise<unknown>): Promise<{ type: string; data: TestBody }[]> {
    const [last] = await database.query<{ id: number }>('select coalesce(max(id), 0)::float8 as id from outbox');
    await work();
    const rows = await database.query<{ envelope: { type: string; data: TestBody } }>(
      `select envelope from outbox where id > $1 and envelope->>'type' like 'content.%' order by id`,
      [last?.id],
    );
    return rows.map(({ envelope: { type, data } }) => ({ type, data }));
  }

  it('says what is public and what was withdrawn, page by page, with the revisions they have', async () => {
    const parent = await publish('programs', await program('أم الحلقات'));
    await publish('episodes', await episode(parent, 'الأولى'));
    const withdrawn = await publish('programs', await program('مسحوب'));
    const itsEpisode = await publish('episodes', await episode(withdrawn, 'مع برنامجها'));
    await call('POST', `/programs/${withdrawn}/unpublish`);
    const trashed = await publish('programs', await program('مرمي'));
    await call('DELETE', `/programs/${trashed}`);
    const items = await listed();
    const answers: TestBody[] = [];
    const events = await appendedDuring(async () => {
      for (let after: string | undefined; ; after = answers.at(-1).next) {
        const { status, body } = await announce(`?limit=2${after ? `&after=${after}` : ''}`);
        expect(status).toBe(200);
        answers.push(body);
        if (body.next === null) return;
      }
    });
    expect(answers).toEqual([
      { announced: 2, next: idOf(items[1]) },
      { announced: 2, next: idOf(items[3]) },
      { announced: 1, next: null },
    ]);
    const byId = (left: TestBody, right: TestBody): number => (idOf(left) < idOf(right) ? -1 : 1);
    expect(
      events.map(({ type, data }) => (type === 'content.unpublished' ? { tombstone: data } : data)).sort(byId),
    ).toEqual(items);
    // nothing became public, so nobody is told that it did
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['content.updated', 'content.unpublished']));
    expect(events.flatMap(({ type, data }) => (type === 'content.unpublished' ? [data.id] : [])).sort()).toEqual(
      [withdrawn, itsEpisode, trashed].sort(),
    );
    expect(await listed()).toEqual(items);
  });

  it('says nothing of a draft, of an edit that is not published, nor of an episode before its program', async () => {
    const draft = await program('مسودة سرية');
    const edited = await publish('programs', await program('قبل التعديل'));
    await call('PATCH', `/programs/${edited}`, { localizations: { ar: { title: 'تعديل سري' } } });
    const waiting = await publish('episodes', await episode(draft, 'حلقة سرية'));
    const events = await appendedDuring(() => announce());
    expect(JSON.stringify(events)).not.toMatch(/سري/);
    expect(JSON.stringify(events)).toContain('قبل التعديل');
    expect(events.filter(({ data }) => data.id === draft || data.document?.id === draft)).toEqual([]);
    expect(events.filter(({ data }) => data.id === waiting)).toMatchObject([
      { type: 'content.unpublished', data: { id: waiting, programId: draft } },
    ]);
  });

  it('says what it has read with the revision of that, whatever is published meanwhile', async () => {
    const id = await publish('programs', await program('قبل السباق'));
    const before = (await listed()).find((item) => idOf(item) === id);
    const events = await appendedDuring(async () => {
      const answer = await database.transaction(async (tx) => {
        await tx.query('lock table outbox in exclusive mode'); // what is read cannot be announced yet
        const announcing = announce('?limit=500');
        await eventually(
          () =>
            database.query<{ waiting: number }>(
              `select count(*)::integer as waiting from pg_stat_activity 
           where datname = current_database() and wait_event_type = 'Lock' and query like 'insert into outbox%'`,
            ),
          ([row]) => row?.waiting === 1,
          'the documents are read, and wait to be announced',
        );
        await tx.query(
          `update public_documents set revision = revision + 1,
           document = jsonb_set(document, '{localizations,ar,title}', '"بعد السباق"') where id = $1`,
          [id],
        );
        return { announcing };
      });
      expect((await answer.announcing).status).toBe(200);
    });
    expect(events.filter(({ data }) => data.document?.id === id)).toEqual([{ type: 'content.updated', data: before }]);
    expect((await listed()).find((item) => idOf(item) === id).document).toMatchObject({
      revision: before.document.revision + 1,
      localizations: { ar: { title: 'بعد السباق' } },
    });
  });

  it('says nothing, and that there is no more, after the last', async () => {
    const events = await appendedDuring(async () =>
      expect(await announce('?after=ffffffff-ffff-ffff-ffff-ffffffffffff')).toMatchObject({
        status: 200,
        body: { announced: 0, next: null },
      }),
    );
    expect(events).toEqual([]);
  });

  it('is for administrators and services alone', async () => {
    const as = async (who: object): Promise<number> => (await app.request(path, { method: 'POST', ...who })).status;
    const events = await appendedDuring(async () => {
      for (const user of ['EDITOR', 'USER'] as const) expect([user, await as({ user })]).toEqual([user, 403]);
      expect(await as({ service: null })).toBe(401);
      expect(await as({ user: 'ADMIN', service: null })).toBe(401);
    });
    expect(events).toEqual([]);
    expect(await as({ user: 'ADMIN' })).toBe(200);
  });

  it.each(['limit=0', 'limit=501', 'limit=all', 'after=x', `afer=${randomUUIDv7()}`])('refuses %s', async (query) => {
    const events = await appendedDuring(async () => expect((await announce(`?${query}`)).status).toBe(422));
    expect(events).toEqual([]);
  });
});
