import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { FeedServer } from '../feed-server.js';
import { startFeedServer } from '../feed-server.js';
import { RunningMesh } from '../mesh.js';
import type { NineProcesses, NineProcessesOptions } from '../nine-processes.js';
import { Ledger } from './ledger.js';
import { Traffic } from './traffic.js';

/** How long editors and the public are at it before a fault and after it, in milliseconds. */
const usual = { before: 2_000, after: 2_000 };

/** A mesh in nine processes or more, on servers that may be killed, and the ledger of everything it acknowledged. */
export class DrillMesh {
  private constructor(
    readonly mesh: RunningMesh<NineProcesses>,
    readonly ledger: Ledger,
    private readonly feeds: FeedServer,
  ) {}

  static async start(
    options: NineProcessesOptions = {},
    environment: Readonly<Record<string, string>> = {},
  ): Promise<DrillMesh> {
    const feeds = await startFeedServer();
    const mesh = await RunningMesh.startOnServers({ INGEST_ALLOWED_PRIVATE: feeds.host, ...environment }, options);
    const drill = new DrillMesh(mesh, new Ledger(mesh), feeds);
    try {
      // readers need something that is there for certain
      for (let n = 0; n < 10; n++) await drill.publish();
      await drill.ledger.compare();
      return drill;
    } catch (error) {
      await drill.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.mesh.close();
    await this.feeds.close();
  }

  /**
   * Does `fault`, which ends healed, under steady traffic; then everything acknowledged must be visible within a
   * minute. Meanwhile each answer was the right one or an honest "not now", in time, and nothing secret showed. Where
   * everything `goesOn` without what is faulty, readers and writers got what they wanted meanwhile. Answers what went
   * on.
   */
  async during(name: string, fault: () => Promise<void>, { mayCut = false, goesOn = false } = {}): Promise<Traffic> {
    const traffic = await Traffic.start(this.mesh, this.ledger, this.feeds);
    const done = { reads: 0, writes: 0 };
    try {
      await delay(usual.before);
      const [reads, writes] = [traffic.reads.right, traffic.writes.right];
      await fault();
      Object.assign(done, { reads: traffic.reads.right - reads, writes: traffic.writes.right - writes });
      await delay(usual.after);
    } finally {
      await traffic.stop();
    }
    const seconds = await this.ledger.compare();
    const { reads, writes, leaks } = traffic;
    process.stdout.write(
      `    ${name}: reads ${reads}; writes ${writes}; ` +
        `everything visible ${seconds.toFixed(1)} s after the last (${this.ledger.entries.length} programs)\n`,
    );
    expect(leaks).toEqual([]);
    expect(Math.min(traffic.reads.right, traffic.writes.right)).toBeGreaterThan(0);
    if (goesOn) expect(Math.min(done.reads, done.writes)).toBeGreaterThan(0);
    expect([...reads.wrong, ...writes.wrong].slice(0, 20)).toEqual([]);
    if (!mayCut) expect([...reads.cut, ...writes.cut]).toEqual([]);
    expect(this.mesh.host.ended).toEqual([]);
    return traffic;
  }

  private async publish(): Promise<void> {
    const word = this.ledger.createWord();
    const { id } = await this.mesh.publishProgram({
      type: 'podcast',
      defaultLanguage: 'ar',
      localizations: { ar: { title: `${word} برنامج` } },
    });
    this.ledger.entries.push({ id: id as string, public: [word] });
  }
}
