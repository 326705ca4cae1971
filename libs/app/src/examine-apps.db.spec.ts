import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrationsOf } from '@mediamesh/migrations';
import { silentLogger } from '@mediamesh/observability';
import { migrate } from '@mediamesh/postgres';
import { createTestDatabase, type TestDatabase } from '@mediamesh/testing';
import { z } from 'zod';
import { type AnyApp, defineApp } from './define-app.js';
import { examineApps, type Finding } from './examine-apps.js';

const secret = 'a secret of this test and a really long one';
const app = defineApp({
  name: 'search-service',
  database: 'search',
  apis: [],
  config: { THING: z.string().default('well') },
  controllers: [],
  providers: () => [],
  resources: ({ THING }) => [
    {
      name: 'the thing',
      prepare: () => Promise.reject(new Error('the doctor changes nothing')),
      check: () =>
        Promise.resolve(
          THING === 'well' ? [] : [{ problem: `The thing is ${THING}`, remedy: 'Mend the thing.', blocks: true }],
        ),
      close: () => Promise.resolve(),
    },
  ],
});
const gateway = defineApp({
  name: 'cms-gateway',
  apis: [],
  config: {},
  controllers: [],
  providers: () => [],
});

describe('examining what the apps stand on', () => {
  let current: TestDatabase;
  let empty: TestDatabase;
  beforeAll(async () => {
    current = await createTestDatabase({
      template: 'search',
      migrate: (url) => migrate({ url, migrations: migrationsOf('search'), logger: silentLogger }),
    });
    empty = await createTestDatabase();
  });
  afterAll(async () => {
    await current.drop();
    await empty.drop();
  });

  const examine = (environment: Record<string, string> = {}, apps: readonly AnyApp[] = [app]): Promise<Finding[]> =>
    examineApps(apps, {
      LOG_LEVEL: 'silent',
      CURSOR_SECRETS: secret,
      SERVICE_SECRET_SEARCH_SERVICE: secret,
      SERVICE_SECRET_CMS_GATEWAY: secret,
      SEARCH_DATABASE_URL: current.url,
      ...environment,
    });
  const problems = (findings: readonly Finding[]): Finding[] => findings.filter(({ problem }) => problem !== undefined);

  it('finds nothing wrong where nothing is, and says what it looked at', async () => {
    const findings = await examine({}, [app, gateway]);
    expect(problems(findings)).toEqual([]);
    expect(findings.map(({ of, subject }) => `${of} ${subject}`)).toEqual([
      'mesh configuration of 2 apps',
      expect.stringMatching(/^search-service database \w+ on 127\.0\.0\.1:\d+$/),
      'search-service the thing',
      expect.stringContaining('within one process'),
    ]);
  });

  it('tells every mistake of the configuration at once, and no value', async () => {
    const findings = await examine({
      SERVICE_SECRET_SEARCH_SERVICE: 'short and secret',
      EVENT_BUS: 'kafka',
      REDIS_URL: 'http://hush@host',
    });
    expect(findings.map(({ problem }) => problem?.split(':', 1)[0])).toEqual(
      expect.arrayContaining(['SERVICE_SECRET_SEARCH_SERVICE', 'REDIS_URL']),
    );
    expect(JSON.stringify(findings)).not.toMatch(/hush|short and secret/);
  });

  it('tells a database that is behind, with what to do', async () => {
    expect(problems(await examine({ SEARCH_DATABASE_URL: empty.url }))).toEqual([
      {
        of: 'search-service',
        subject: expect.stringContaining('database'),
        problem: 'Its tables are of an older version.',
        remedy: 'Run npm run mesh -- migrate.',
      },
    ]);
  });

  it('tells a database that cannot be reached, without its password', async () => {
    const findings = await examine({ SEARCH_DATABASE_URL: 'postgres://someone:hush@127.0.0.1:1/nothing' });
    expect(problems(findings)).toEqual([
      {
        of: 'search-service',
        subject: 'database nothing on 127.0.0.1:1',
        problem: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/),
        remedy: expect.stringContaining('SEARCH_DATABASE_URL'),
      },
    ]);
    expect(JSON.stringify(findings)).not.toContain('hush');
  });

  it('makes no database on a server that has none yet', async () => {
    const findings = await examine({
      SEARCH_DATABASE_URL: '',
      POSTGRES_URL: 'postgres://someone:hush@127.0.0.1:1/postgres',
    });
    expect(problems(findings)).toEqual([
      expect.objectContaining({
        subject: 'database mesh_search on 127.0.0.1:1',
        remedy: expect.stringContaining('POSTGRES_URL'),
      }),
    ]);
  });

  it('tells what a resource finds, with its remedy', async () => {
    expect(problems(await examine({ THING: 'broken' }))).toEqual([
      { of: 'search-service', subject: 'the thing', problem: 'The thing is broken', remedy: 'Mend the thing.' },
    ]);
  });

  it('tells a broker that is away once for its topics and once for its consumers', async () => {
    const findings = problems(await examine({ EVENT_BUS: 'kafka', KAFKA_BROKERS: '127.0.0.1:1' }));
    expect(findings.map(({ subject }) => subject)).toEqual(['topics * on 127.0.0.1:1', 'consumers']);
    expect(findings.every(({ remedy }) => remedy?.includes('KAFKA_BROKERS'))).toBe(true);
  });
});
