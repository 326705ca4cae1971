import { cmsServiceApi, type PublicDocument, type Tombstone, unavailable } from '@mediamesh/contracts';
import { Lease } from '@mediamesh/jobs';
import { migrationsOf } from '@mediamesh/migrations';
import { silentLogger } from '@mediamesh/observability';
import { migrate, openDatabase } from '@mediamesh/postgres';
import { withConnection } from '@mediamesh/postgres/embedded';
import {
  createTestDatabase,
  eventually,
  type Neighbour,
  startTestApp,
  stubNeighbour,
  type TestApp,
  type TestBody,
  type TestDatabase,
  type TestRequest,
} from '@mediamesh/testing';
import { searchService } from '../index.js';
import { SearchIndex } from '../search-index/search-index.js';
import { SearchIndexInMemory } from './search-index-in-memory.builder.js';

type Item = PublicDocument | Tombstone;
/** Small, so that few items make several pages. */
const pageSize = 3;

/** search-service over an index in memory, with a stub of cms-service that lists `items`. */
export class RebuildDriver {
  readonly index = new SearchIndexInMemory();
  items: readonly Item[] = [];
  /** Runs before each page is read; `after` is its cursor. */
  beforePage: (after: string | undefined) => Promise<void> | void = () => undefined;
  isAway = false;
  pages = 0;
  app!: TestApp;

  private constructor(private readonly database: TestDatabase) {}

  /** `arrange` runs before the first start of the service. */
  static async start(
    environment: Record<string, string> = {},
    arrange: (driver: RebuildDriver) => Promise<unknown> | void = () => undefined,
  ): Promise<RebuildDriver> {
    const driver = new RebuildDriver(
      await createTestDatabase({
        template: 'search',
        migrate: (url) => migrate({ url, migrations: migrationsOf('search'), logger: silentLogger }),
      }),
    );
    await arrange(driver);
    await driver.startApp(environment);
    return driver;
  }

  /** Starts the service, also again after it was closed. */
  async startApp(environment: Record<string, string> = {}): Promise<void> {
    const app = {
      ...searchService,
      providers: (config: Parameters<typeof searchService.providers>[0]) => [
        ...searchService.providers(config),
        { provide: SearchIndex, useValue: this.index },
      ],
    };
    this.app = await startTestApp(app, {
      environment: { SEARCH_DATABASE_URL: this.database.url, ...environment },
      neighbours: [this.cms()],
    });
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }

  request(path: string, request: TestRequest = {}): Promise<{ status: number; headers: Headers; body: TestBody }> {
    return this.app.request(`/internal/v1${path}`, { user: 'ADMIN', ...request });
  }

  async begin(): Promise<TestBody> {
    const { status, body } = await this.request('/reindexes', { method: 'POST' });
    if (status !== 202) throw new Error(`no rebuild: ${JSON.stringify(body)}`);
    return body;
  }

  async get(id: string): Promise<TestBody> {
    return (await this.request(`/reindexes/${id}`)).body;
  }

  ended(id: string): Promise<TestBody> {
    return eventually(
      () => this.get(id),
      ({ status }) => status === 'completed' || status === 'failed',
      'the rebuild ends',
      { timeoutMs: 60_000 },
    );
  }

  async rebuild(): Promise<TestBody> {
    return this.ended((await this.begin()).id);
  }

  query(sql: string, parameters: unknown[] = []): Promise<Record<string, unknown>[]> {
    return withConnection(this.database.url, (connection) => connection.query(sql, parameters));
  }

  /** Runs `run` while a worker of another instance holds a lease, and passes its id. */
  async besideAnotherWorker(run: (worker: string) => Promise<void>): Promise<void> {
    const database = await openDatabase({
      name: 'search',
      url: this.database.url,
      poolSize: 1,
      logger: silentLogger,
    });
    const lease = await Lease.take({ database, logger: silentLogger });
    try {
      await run(lease.id);
    } finally {
      await lease.release();
      await database.close();
    }
  }

  readiness(): Promise<TestBody> {
    return this.app.request('/health/ready').then(({ body }) => body as TestBody);
  }

  private cms(): Neighbour {
    const isDocument = (item: Item): item is PublicDocument => 'localizations' in item;
    return stubNeighbour(cmsServiceApi, {
      countPublicDocuments: () => {
        if (this.isAway) throw unavailable('request.unavailable');
        const documents = this.items.filter(isDocument).length;
        return { documents, tombstones: this.items.length - documents };
      },
      listPublicDocuments: async ({ query }) => {
        await this.beforePage(query.after);
        if (this.isAway) throw unavailable('request.unavailable');
        this.pages += 1;
        const rest = this.items
          .filter(({ id }) => id > (query.after ?? ''))
          .toSorted((one, other) => (one.id < other.id ? -1 : 1));
        const page = rest.slice(0, pageSize);
        return {
          items: page.map((item) => (isDocument(item) ? { document: item } : { tombstone: item })),
          next: rest.length > pageSize ? (page.at(-1)?.id ?? null) : null,
        };
      },
    });
  }
}
