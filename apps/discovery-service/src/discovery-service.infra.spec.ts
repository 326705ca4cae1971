import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { contentPublished, contentUnpublished, type PublicEpisode, type PublicProgram } from '@mediamesh/contracts';
import { DynamoDb } from '@mediamesh/dynamodb';
import { describeWithServer, eventually, startTestApp, type TestAnswer, type TestApp } from '@mediamesh/testing';
import { bury, createEpisode, createProgram, localize } from './catalog/catalog.builder.js';
import { catalogTable, createCatalogTable } from './catalog/dynamodb/catalog-table.js';
import { discoveryService } from './index.js';

describeWithServer('dynamodb', 'discovery-service with its catalogue in DynamoDB', (endpoint) => {
  const tablePrefix = `test-${randomUUID()}-`;
  const db = new DynamoDb({
    endpoint,
    region: 'us-east-1',
    accessKeyId: 'local',
    secretAccessKey: 'local',
    tablePrefix,
  });
  const dropTable = () => db.call((client) => client.deleteTable({ TableName: db.tableName(catalogTable.name) }));
  let app: TestApp;
  beforeAll(async () => {
    await createCatalogTable(db).prepare();
    app = await startTestApp(discoveryService, {
      environment: {
        CATALOG_STORE: 'dynamodb',
        DYNAMODB_ENDPOINT: endpoint,
        DYNAMODB_TABLE_PREFIX: tablePrefix,
        DYNAMODB_ACCESS_KEY_ID: 'local',
        DYNAMODB_SECRET_ACCESS_KEY: 'local',
      },
    });
  });
  afterAll(async () => {
    await app.close();
    await dropTable();
    await db.close();
  });

  const get = (path: string): Promise<TestAnswer> =>
    app.request(`/internal/v1${path}`, { service: 'discovery-gateway' });
  const publish = async (...documents: (PublicProgram | PublicEpisode)[]): Promise<void> => {
    for (const document of documents) await app.deliver(contentPublished, { document });
    for (const { kind, id } of documents)
      await eventually(
        () => get(`/${kind}s/${id}`),
        ({ status }) => status === 200,
        'each document is public',
      );
  };

  it('shows, pages, counts and finds by slug what is published, and forgets what is withdrawn', async () => {
    const programs = ['باب', 'آفاق', 'أخبار'].map((title, day) =>
      createProgram({
        releasedAt: `2026-04-0${day + 1}T00:00:00.000Z`,
        localizations: { ar: localize(title, `${title}-دينامو`) },
      }),
    );
    const [first] = programs;
    await publish(...programs, createEpisode(first?.id ?? ''));
    expect((await get(`/programs/${encodeURIComponent('باب-دينامو')}`)).body).toMatchObject({
      id: first?.id,
      episodeCount: 1,
    });

    const titles: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body } = await get(
        `/programs?category=society&sort=title&lang=ar&limit=1${cursor && `&cursor=${cursor}`}`,
      );
      titles.push(body.items[0].title);
      cursor = body.next;
    }
    expect(titles).toEqual(['آفاق', 'أخبار', 'باب']);
    expect((await get(`/programs?category=society&cursor=${'x'.repeat(20)}`)).status).toBe(422);

    if (first) await app.deliver(contentUnpublished, bury(first));
    await eventually(
      () => get(`/programs/${first?.id}`),
      ({ status }) => status === 404,
      'the program is withdrawn',
    );
    expect((await get('/programs?category=society')).body.items).toHaveLength(2);
  });

  it('answers 503 and loses no event while its table is missing, and recovers by itself', async () => {
    const program = createProgram();
    await dropTable();
    const { status, headers } = await get('/programs');
    expect([status, Number(headers.get('retry-after'))]).toEqual([503, expect.any(Number)]);
    const { body } = await eventually(
      () => app.request('/health/ready'),
      (answer) => answer.status === 503 && String(answer.body.missing).endsWith('is missing'),
      'the service is not ready, and knows why',
    );
    expect(body.missing).toEqual([expect.stringMatching(/^table .+catalogue on http.+ is missing$/)]);

    await app.deliver(contentPublished, { document: program });
    await createCatalogTable(db).prepare();
    await eventually(
      () => get(`/programs/${program.id}`),
      (answer) => answer.status === 200,
      'what was published meanwhile is public',
    );
    await eventually(
      () => app.request('/health/ready'),
      (answer) => answer.status === 200,
      'the service is ready again',
    );
  });
});
