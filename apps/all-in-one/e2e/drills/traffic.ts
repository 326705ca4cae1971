import { setTimeout as delay } from 'node:timers/promises';
import type { TestBody } from '@mediamesh/testing';
import { type FeedServer, rss } from '../feed-server.js';
import type { RunningMesh } from '../mesh.js';
import type { Answer, Sent } from '../mesh-client.js';
import type { NineProcesses } from '../nine-processes.js';
import { Answers } from './answers.js';
import { type Entry, type Ledger, secret, titleOf } from './ledger.js';

/** Milliseconds between one request and the next of each. */
const pace = { writer: 40, reader: 25, watcher: 100, importer: 3_000 };
const writers = 3;
const readers = 3;
const feedItems = 25;

/** Editors who write and a public that reads, all the time; a watcher sees that nothing secret shows at any instant. */
export class Traffic {
  readonly reads = new Answers();
  readonly writes = new Answers();
  /** What showed although it must not. */
  readonly leaks: string[] = [];
  private running = true;
  private workers: Promise<void>[] = [];
  private readonly drafts: string[] = [];

  private constructor(
    private readonly mesh: RunningMesh<NineProcesses>,
    private readonly ledger: Ledger,
    private readonly feeds: FeedServer,
    private readonly token: string,
  ) {}

  static async start(mesh: RunningMesh<NineProcesses>, ledger: Ledger, feeds: FeedServer): Promise<Traffic> {
    const traffic = new Traffic(mesh, ledger, feeds, await mesh.token());
    traffic.workers = [
      ...Array.from({ length: writers }, () => traffic.repeat(pace.writer, () => traffic.write())),
      ...Array.from({ length: readers }, () => traffic.repeat(pace.reader, () => traffic.read())),
      traffic.repeat(pace.watcher, () => traffic.watch()),
      traffic.repeat(pace.importer, () => traffic.import()),
    ];
    return traffic;
  }

  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.workers);
  }

  private async repeat(pause: number, work: () => Promise<void>): Promise<void> {
    while (this.running) {
      await work();
      await delay(pause);
    }
  }

  /**
   * The life of a program: some stay drafts, some are renamed, some are withdrawn. It ends where an answer does not
   * tell what happened.
   */
  private async write(): Promise<void> {
    const word = this.ledger.createWord();
    const isDraft = Math.random() < 0.2;
    const created = await this.editors(
      'POST',
      '/cms/programs',
      {
        body: {
          type: 'podcast',
          defaultLanguage: 'ar',
          localizations: { ar: { title: isDraft ? secret : titleOf(word) } },
        },
      },
      201,
    );
    if (!created) return;
    const entry: Entry = { id: created.body.id as string, public: [null] };
    this.ledger.entries.push(entry);
    if (isDraft) {
      this.drafts.push(entry.id);
      return;
    }
    const published = await this.publish(entry, created, [word]);
    if (!published || Math.random() < 0.4) return;
    const hidden = await this.rename(entry, published, `${titleOf(word)} ${secret}`);
    const next = this.ledger.createWord();
    const renamed = hidden && (await this.rename(entry, hidden, titleOf(next)));
    const again = renamed && (await this.publish(entry, renamed, [next]));
    if (again && Math.random() < 0.5)
      await this.change(entry, 'POST', `/cms/programs/${entry.id}/unpublish`, again, {}, [null]);
  }

  private publish(entry: Entry, before: Answer, after: readonly (string | null)[]): Promise<Answer | undefined> {
    return this.change(entry, 'POST', `/cms/programs/${entry.id}/publish`, before, {}, after);
  }

  private rename(entry: Entry, before: Answer, title: string): Promise<Answer | undefined> {
    return this.change(
      entry,
      'PATCH',
      `/cms/programs/${entry.id}`,
      before,
      { body: { localizations: { ar: { title } } } },
      entry.public,
    );
  }

  /** While no answer has come, either may be true. */
  private async change(
    entry: Entry,
    method: string,
    path: string,
    before: Answer,
    sent: Sent,
    after: Entry['public'],
  ): Promise<Answer | undefined> {
    entry.public = [...new Set([...entry.public, ...after])];
    await delay(pace.writer);
    const answer = await this.editors(
      method,
      path,
      { ...sent, headers: { 'if-match': before.headers.get('etag') ?? '' } },
      200,
    );
    if (answer) entry.public = after;
    return answer;
  }

  private async read(): Promise<void> {
    const { settled } = this.ledger;
    const one = settled[Math.floor(Math.random() * settled.length)];
    if (!one) return;
    const page = await this.public(`/programs/${one.id}`);
    if (page && page.body.title !== titleOf(one.word))
      this.reads.note('wrong page', `${one.id} shows ${page.body.title}`);
    const found = await this.public(`/search?q=${encodeURIComponent(one.word)}`);
    if (found && !idsOf(found).includes(one.id))
      this.reads.note('wrong search', `${one.word} finds ${JSON.stringify(found.body)}`);
    const list = await this.public('/programs?limit=20');
    if (list && list.body.items.length === 0) this.reads.note('wrong list', 'no program is listed');
    await this.editors('GET', `/cms/programs/${one.id}`, {}, 200);
  }

  private async watch(): Promise<void> {
    const found = await this.public(`/search?q=${encodeURIComponent(secret)}&limit=100`);
    if (found && found.body.items.length > 0) this.leaks.push(`search shows ${JSON.stringify(found.body.items)}`);
    const newest = await this.public('/programs?limit=50');
    if (newest && JSON.stringify(newest.body).includes(secret)) this.leaks.push('a list shows a draft');
    const draft = this.drafts.at(-1);
    if (draft === undefined) return;
    const page = await this.reads.ask(
      'GET',
      this.urls('discovery-gateway', `/api/v1/discovery/programs/${draft}`),
      {},
      [200, 404],
    );
    if (page?.status === 200) this.leaks.push(`the draft ${draft} is public`);
  }

  private async import(): Promise<void> {
    const path = `/${this.ledger.createWord()}.xml`;
    const name = encodeURI(path);
    this.feeds.serve(
      name,
      rss(
        `سلسلة ${this.ledger.createWord()}`,
        Array.from({ length: feedItems }, (_, n) => ({
          guid: `${path}-${n}`,
          title: `حلقة ${n}`,
          enclosure: `https://cdn.example.org/${n}.mp3`,
        })),
      ),
    );
    const source = await this.editors(
      'POST',
      '/ingest/sources',
      { body: { kind: 'rss', url: this.feeds.url(name), publish: 'when_ready' } },
      201,
    );
    const started = source && (await this.editors('POST', `/ingest/sources/${source.body.id}/runs`, {}, 202));
    if (started) this.ledger.imports.push({ sourceId: source.body.id as string, items: feedItems });
  }

  private editors(method: string, path: string, sent: Sent, right: number): Promise<Answer | undefined> {
    return (method === 'GET' ? this.reads : this.writes).ask(
      method,
      this.urls('cms-gateway', `/api/v1${path}`),
      { ...sent, headers: { authorization: `Bearer ${this.token}`, ...sent.headers } },
      [right],
    );
  }

  private public(path: string): Promise<Answer | undefined> {
    return this.reads.ask('GET', this.urls('discovery-gateway', `/api/v1/discovery${path}`), {}, [200]);
  }

  private urls(app: 'cms-gateway' | 'discovery-gateway', path: string): string[] {
    return this.mesh.host.portsOf(app).map((port) => `http://127.0.0.1:${port}${path}`);
  }
}

const idsOf = ({ body }: Answer): string[] =>
  body.items.map((hit: TestBody) => (hit.program ?? hit.episode).id as string);
