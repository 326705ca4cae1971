import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { unavailable } from '@mediamesh/contracts';
import { eventually } from '@mediamesh/testing';
import { buildProgram } from '../search-index/public-document.builder.js';
import { RebuildDriver } from './rebuild-driver.builder.js';

const id = (n: number): string => `0199d2c4-7d10-7a41-8c55-${String(n).padStart(12, '0')}`;
const program = (n: number) => buildProgram(id(n), { ar: `قهوة ${n}` });

describe('an index that is not the one which was filled', () => {
  let search: RebuildDriver;
  beforeAll(async () => {
    search = await RebuildDriver.start();
  });
  afterAll(() => search.close());

  const find = async () =>
    (await search.app.request('/internal/v1/search?q=x', { service: 'discovery-service' })).status;
  const requests = () =>
    search
      .query(`select count(*)::integer as count from rebuilds where requested_by = 'service:search-service'`)
      .then(([row]) => row?.['count']);

  it('is taken as it is at the very first start, and an empty one is filled', async () => {
    expect([await find(), (await search.readiness()).status]).toEqual([200, 'ready']);
    await eventually(requests, (count) => count === 1, 'it was asked for once');
    search.items = [program(1), program(2)];
    await search.rebuild();
    expect(await find()).toBe(200);
  });

  it('stays when the service starts again on it, also while nothing is public', async () => {
    search.items = [];
    await search.rebuild();
    const [generation, before] = [await search.index.generation(), await requests()];
    await search.app.close();
    await search.startApp();
    expect([await find(), await search.index.generation(), await requests()]).toEqual([200, generation, before]);
  });

  it('is built anew when it was lost, without being asked; searches are refused until then', async () => {
    search.items = [program(1), program(2), program(3)];
    const before = Number(await requests());
    await search.app.close();
    search.index.lose();
    const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
    search.beforePage = () => held;
    await search.startApp();
    expect(await search.app.request('/internal/v1/search?q=x', { service: 'discovery-service' })).toMatchObject({
      status: 503,
      body: { code: 'search.not_ready' },
    });
    expect(await search.readiness()).toMatchObject({ status: 'not ready', missing: [expect.stringContaining('lost')] });
    await eventually(requests, (count) => count === before + 1, 'it was asked for');
    letGo();
    await eventually(find, (status) => status === 200, 'searches are answered again');
    expect(Object.keys(search.index.documents)).toEqual([id(1), id(2), id(3)]);
    await eventually(
      () => search.readiness(),
      ({ status }) => status === 'ready',
      'it is ready again',
    );
    expect(await requests()).toBe(before + 1);
  });

  it.each(['search', 'suggest'])(
    'is noticed also while the service runs, and by the first %s at once',
    async (question) => {
      const before = Number(await requests());
      await search.rebuild();
      const ask = () => search.app.request(`/internal/v1/${question}?q=x`, { service: 'discovery-service' });
      await eventually(ask, ({ status }) => status === 200, 'it is answered');
      search.index.lose();
      expect(await ask()).toMatchObject({ status: 503, body: { code: 'search.not_ready' } });
      await eventually(requests, (count) => count === before + 1, 'it was asked for');
      await eventually(
        () => Promise.resolve(Object.keys(search.index.documents)),
        (ids) => ids.length === 3,
        'it is whole again',
      );
    },
  );

  it('is built anew when this version cannot read it', async () => {
    await search.app.close();
    search.index.live = undefined;
    await search.startApp();
    await eventually(find, (status) => status === 200, 'searches are answered again');
    expect(Object.keys(search.index.documents)).toHaveLength(3);
  });

  it('answers when it is the one before the last, put back on purpose, and readiness says so', async () => {
    const earlier = search.index.live;
    const before = Number(await requests());
    await search.rebuild();
    search.index.live = earlier;
    await eventually(
      () => search.readiness(),
      ({ status, degraded }) => status === 'ready' && String(degraded).includes('earlier'),
      'it is told',
    );
    expect([await find(), await requests()]).toEqual([200, before]);
    expect(search.index.live).toBe(earlier);
    await search.rebuild();
    await eventually(
      () => search.readiness(),
      ({ status, degraded }) => status === 'ready' && degraded.length === 0,
      'all is well',
    );
  });

  it('is one that was kept from long ago', async () => {
    const old = search.index.live;
    await search.rebuild();
    await search.rebuild();
    const before = Number(await requests());
    await search.app.close();
    search.index.live = old;
    await search.startApp();
    await eventually(requests, (count) => count === before + 1, 'it was asked for');
    await eventually(find, (status) => status === 200, 'searches are answered again');
    expect(search.index.live).not.toBe(old);
  });
});

describe('the very first start of all', () => {
  let search: RebuildDriver;
  afterEach(() => search.close());

  const found = async () => [
    (await search.app.request('/internal/v1/search?q=x', { service: 'discovery-service' })).status,
    (await search.readiness()).status,
  ];
  const rebuilds = () => search.query('select requested_by from rebuilds');
  const becomesFilled = async () => {
    await eventually(rebuilds, (rows) => rows.length === 1, 'a rebuild was asked for');
    await eventually(
      () => Promise.resolve(search.index.documents),
      (documents) => id(1) in documents,
      'the index is filled',
    );
    await eventually(found, ([status, readiness]) => status === 200 && readiness === 'ready', 'searches are answered');
  };

  it('takes no index before it could be counted, is not ready until then, and fills an empty one after', async () => {
    let isAway = true;
    search = await RebuildDriver.start({}, ({ index }) => {
      index.beforeCount = () => {
        if (isAway) throw unavailable('request.unavailable');
      };
    });
    search.items = [program(1)];
    await eventually(
      () => Promise.resolve(search.index.counts),
      (counts) => counts > 2,
      'the index is looked at again',
    );
    expect([...(await found()), await rebuilds()]).toEqual([503, 'not ready', []]);
    isAway = false;
    await becomesFilled();
  });

  it('takes no empty index whose rebuild could not be asked for', async () => {
    search = await RebuildDriver.start({}, (driver) =>
      driver.query('alter table rebuilds add constraint refused check (false)'),
    );
    search.items = [program(1)];
    await eventually(
      () => Promise.resolve(search.index.counts),
      (counts) => counts > 2,
      'it is tried again',
    );
    expect(await found()).toEqual([503, 'not ready']);
    await search.query('alter table rebuilds drop constraint refused');
    await becomesFilled();
  });

  it('does not pass for filled when it could not be, and is filled when that is possible', async () => {
    search = await RebuildDriver.start(
      { SEARCH_REBUILD_PATIENCE_SECONDS: '1' },
      (driver) => void (driver.isAway = true),
    );
    search.items = [program(1)];
    const failed = async () =>
      Number((await search.query("select count(*) from rebuilds where status = 'failed'"))[0]?.['count']);
    await eventually(failed, (count) => count === 1, 'the first rebuild has failed');
    await eventually(
      found,
      ([status, readiness]) => status === 503 && readiness === 'not ready',
      'searches are refused',
    );
    search.isAway = false;
    // it is not asked for again within a minute
    await search.query("update rebuilds set finished_at = finished_at - interval '2 minutes'");
    await eventually(found, ([status, readiness]) => status === 200 && readiness === 'ready', 'searches are answered', {
      timeoutMs: 60_000,
    });
    expect(search.index.documents).toHaveProperty(id(1));
  });
});
