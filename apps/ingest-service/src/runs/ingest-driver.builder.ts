import { randomUUIDv7 } from 'node:crypto';
import {
  eventually,
  startTestApp,
  type TestAnswer,
  type TestApp,
  type TestBody,
  type TestRequest,
} from '@mediamesh/testing';
import { ingestService } from '../index.js';
import {
  CmsInMemory,
  type FeedServer,
  mediaNeighbour,
  metadataNeighbour,
  startFeedServer,
} from './neighbours.builder.js';

export const item = (index: number | string, inside = `<title>حلقة ${index}</title>`): string =>
  `<item><guid isPermaLink="false">ep-${index}</guid>${inside}
  <enclosure url="https://cdn.example/${index}.mp3" type="audio/mpeg" length="10"/></item>`;

export const rss = (...items: string[]): string =>
  `<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
  <title>قهوة الصباح</title>
  <itunes:category text="Society &amp; Culture">
    <itunes:category text="Documentary"/>
  </itunes:category>
  ${items.join('')}</channel></rss>`;

export const counts = (changes: object = {}): object => ({
  new: 0,
  changed: 0,
  unchanged: 0,
  duplicate: 0,
  failed: 0,
  ...changes,
});

export class IngestDriver {
  media = mediaNeighbour();
  app!: TestApp;
  private feedPath = '';

  private constructor(
    readonly feeds: FeedServer,
    readonly cms: CmsInMemory,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<IngestDriver> {
    const driver = new IngestDriver(await startFeedServer(), new CmsInMemory());
    await driver.startApp(environment);
    return driver;
  }

  /** Can be called again after the app is closed. */
  async startApp(environment: Record<string, string> = {}): Promise<void> {
    this.media = mediaNeighbour();
    this.app = await startTestApp(ingestService, {
      environment: { INGEST_ALLOWED_PRIVATE: this.feeds.address, ...environment },
      neighbours: [this.cms.neighbour(), metadataNeighbour(), this.media],
    });
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.feeds.close();
  }

  /** Clears recorded calls and serves the feed at a new path. */
  reset(): void {
    this.feedPath = `/${randomUUIDv7()}`;
    this.feeds.requests.length = 0;
    this.cms.reset();
  }

  get path(): string {
    return this.feedPath;
  }

  request(path: string, request: TestRequest = {}): Promise<TestAnswer> {
    return this.app.request(`/internal/v1${path}`, { user: 'EDITOR', ...request });
  }

  async get(path: string): Promise<TestBody> {
    return (await this.request(path)).body;
  }

  async addSource(changes: object = {}): Promise<TestBody> {
    const { body, status } = await this.request('/sources', {
      method: 'POST',
      body: { kind: 'rss', url: this.feeds.url + this.feedPath, ...changes },
    });
    if (status !== 201) throw new Error(`no source: ${JSON.stringify(body)}`);
    return body;
  }

  startRun(sourceId: string, request: TestRequest = {}): Promise<TestAnswer> {
    return this.request(`/sources/${sourceId}/runs`, { method: 'POST', ...request });
  }

  ended(runId: string): Promise<TestBody> {
    return eventually(
      () => this.get(`/runs/${runId}`),
      ({ status }) => status === 'completed' || status === 'failed',
      'the run ends',
      { timeoutMs: 60_000 },
    );
  }

  async run(sourceId: string, request: TestRequest = {}): Promise<TestBody> {
    const { status, body } = await this.startRun(sourceId, request);
    if (status !== 202) throw new Error(`no run: ${JSON.stringify(body)}`);
    return this.ended(body.id);
  }

  async items(runId: string, query = ''): Promise<TestBody[]> {
    return (await this.get(`/runs/${runId}/items?limit=100${query}`)).items;
  }
}
