import { afterAll, expect, it } from '@jest/globals';
import { contentPublished, contentUnpublished } from '@mediamesh/contracts';
import { describeWithServer, eventually, startTestApp, type TestApp, type TestBody } from '@mediamesh/testing';
import { searchService } from './index.js';
import { newAlias, optionsOf, prepareIndex, removeIndexes } from './search-index/opensearch/index-in-tests.builder.js';
import { buildProgram } from './search-index/public-document.builder.js';

describeWithServer('opensearch', 'search-service on OpenSearch', (url = '') => {
  const aliases: string[] = [];
  const running: TestApp[] = [];
  afterAll(async () => {
    for (const app of running.toReversed()) await app.close();
    await removeIndexes(url, aliases);
  });

  const newOptions = () => {
    const options = optionsOf(url, newAlias());
    aliases.push(options.alias);
    return options;
  };
  const start = async (alias: string, more: Record<string, string> = {}): Promise<TestApp> => {
    const environment = {
      SEARCH_INDEX: 'opensearch',
      OPENSEARCH_URL: url,
      OPENSEARCH_INDEX: alias,
      CURSOR_SECRETS: 'one secret of all instances that is long enough',
      ...more,
    };
    const app = await startTestApp(searchService, { environment });
    running.push(app);
    return app;
  };
  const ask = (app: TestApp, query: Record<string, string>) =>
    app.request(`/internal/v1/search?${new URLSearchParams(query)}`, { service: 'discovery-service' });
  const readiness = async (app: TestApp): Promise<TestBody> =>
    (await app.request('/health/ready', { service: null })).body;
  const idsOf = ({ body }: { body: TestBody }): string[] => (body.items as { id: string }[]).map(({ id }) => id);

  it('is not ready without its index, and says so, rather than find nothing', async () => {
    const options = newOptions();
    const app = await start(options.alias);
    const { status, headers, body } = await ask(app, { q: 'night' });
    expect([status, headers.get('retry-after'), JSON.stringify(body)]).toEqual([
      503,
      expect.stringMatching(/^\d+$/),
      expect.not.stringContaining('index_not_found'),
    ]);
    const isNamed = ({ missing }: TestBody) =>
      JSON.stringify(missing).includes(`There is no search index ${options.alias}`);
    expect(await eventually(() => readiness(app), isNamed, 'readiness says why')).toMatchObject({
      status: 'not ready',
    });
    await prepareIndex(options);
    await eventually(
      () => readiness(app),
      (seen) => !isNamed(seen),
      'the line is gone with its reason',
    );
  });

  it('is the same from every instance: what one takes another finds, pages on and forgets', async () => {
    const options = newOptions();
    await prepareIndex(options);
    const one = await start(options.alias);
    const other = await start(options.alias, { SEARCH_DATABASE_URL: one.databaseUrl ?? '' });
    for (let at = 0; at < 9; at++)
      await one.deliver(contentPublished, { document: buildProgram(`d${at}`, { ar: `القهوة ${at}` }) });
    const first = await eventually(
      () => ask(other, { q: 'قهوه', limit: '4' }),
      ({ status, body }) => status === 200 && body.total.value === 9,
      'nine are found',
    );
    const next = (app: TestApp, { body }: { body: TestBody }) =>
      eventually(
        () => ask(app, { q: 'قهوه', limit: '4', cursor: body.next as string }),
        ({ status }) => status !== 503,
        'the next page is answered',
      );
    const second = await next(one, first);
    const third = await next(other, second);
    expect(new Set([first, second, third].flatMap(idsOf)).size).toBe(9);
    await other.deliver(contentUnpublished, { id: 'd0', kind: 'program', programId: 'd0', revision: 9 });
    await eventually(
      () => ask(one, { q: 'قهوه' }),
      ({ body }) => body.total.value === 8,
      'eight are left',
    );
  });
});
