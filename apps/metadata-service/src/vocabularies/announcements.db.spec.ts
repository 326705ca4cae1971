import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { type Database, openDatabase } from '@mediamesh/postgres';
import { startTestApp, type TestApp, type TestBody } from '@mediamesh/testing';
import { metadataService } from '../index.js';

const path = '/internal/v1/announcements';

describe('announcing the vocabularies again', () => {
  let app: TestApp;
  let database: Database;
  beforeAll(async () => {
    app = await startTestApp(metadataService);
    database = await openDatabase({ name: 'metadata', url: app.databaseUrl ?? '', poolSize: 2, logger: silentLogger });
  });
  afterAll(async () => {
    await database.close();
    await app.close();
  });

  const announced = async (): Promise<TestBody[]> =>
    (
      await database.query<{ data: TestBody }>(
        `select envelope->'data' as data from outbox
         where envelope->>'type' = 'metadata.vocabulary_changed'
         order by id`,
      )
    ).map(({ data }) => data);

  it('says them whole, as at the first start, and with the version they have', async () => {
    const [first, ...others] = await announced();
    expect(others).toEqual([]);
    expect(await app.request(path, { method: 'POST', service: 'mesh' })).toMatchObject({
      status: 200,
      body: { announced: 1 },
    });
    expect(await announced()).toEqual([first, first]);
    expect(first).toMatchObject({
      vocabulary: 'categories',
      version: 1,
      items: expect.arrayContaining([expect.objectContaining({ key: 'society' })]),
    });
  });

  it('is for administrators and services alone', async () => {
    const before = await announced();
    const as = async (who: object): Promise<number> => (await app.request(path, { method: 'POST', ...who })).status;
    for (const user of ['EDITOR', 'USER'] as const) expect([user, await as({ user })]).toEqual([user, 403]);
    expect(await as({ user: 'ADMIN', service: null })).toBe(401);
    expect(await announced()).toEqual(before);
    expect(await as({ user: 'ADMIN' })).toBe(200);
  });
});
