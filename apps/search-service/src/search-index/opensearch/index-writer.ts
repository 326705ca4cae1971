import { EngineRefusal, engineAway, type OpenSearchEngine, patience } from './engine.js';
import type { IndexEntry } from './index-documents.js';

/** Size of a bulk: worth its round trip, and still written in time by a busy node. */
export const bulkBounds = { entries: 250, bytes: 1_000_000 } as const;

/** Concurrent bulks: one is prepared while another is written. */
const atOnce = 2;

interface Job {
  /** Called when the entry is written, so that a large call does not hold all sources in memory. */
  readonly describe: () => IndexEntry;
  readonly done: PromiseWithResolvers<void>;
}

interface BulkItem {
  readonly status: number;
  readonly error?: { readonly type?: string };
}

interface BulkAnswer {
  readonly errors: boolean;
  readonly items?: readonly { readonly index: BulkItem }[];
}

/**
 * Writes entries in bulks. Entries that arrive while bulks are under way share the next one. Each entry has its own
 * result: OpenSearch refuses a revision that is not newer (external versions), which is ignored here, and one bad
 * document fails alone.
 */
export class IndexWriter {
  private readonly engine: OpenSearchEngine;
  private readonly findTargets: () => Promise<readonly string[]>;
  private readonly jobs: Job[] = [];
  private readonly running = new Set<Promise<void>>();

  /** `findTargets` names the aliases to write to. The write must succeed on the first. */
  constructor(engine: OpenSearchEngine, findTargets: () => Promise<readonly string[]>) {
    this.engine = engine;
    this.findTargets = findTargets;
  }

  /** Resolves when all entries are on disk. Rejects with the first failure after all were tried. */
  async write(entries: readonly (() => IndexEntry)[]): Promise<void> {
    const jobs = entries.map((describe): Job => ({ describe, done: Promise.withResolvers<void>() }));
    this.jobs.push(...jobs);
    this.start();
    const outcomes = await Promise.allSettled(jobs.map(({ done }) => done.promise));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async close(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private start(): void {
    while (this.jobs.length > 0 && this.running.size < atOnce) {
      const bulk = this.writeNext().finally(() => {
        this.running.delete(bulk);
        this.start();
      });
      this.running.add(bulk);
    }
  }

  private async writeNext(): Promise<void> {
    const [jobs, entries] = this.takeBulk();
    if (jobs.length > 0) await this.writeBulk(jobs, entries);
  }

  /** A bulk that OpenSearch refuses as a whole is retried entry by entry: one bad entry must not fail the others. */
  private async writeBulk(jobs: readonly Job[], entries: readonly IndexEntry[]): Promise<void> {
    try {
      // Read after the entries were taken, so that a rebuild that began before `write` was called is seen.
      const targets = await this.findTargets();
      const results = await this.send(entries, targets);
      results.forEach((error, at) => (error === undefined ? jobs[at]!.done.resolve() : jobs[at]!.done.reject(error)));
    } catch (error) {
      if (error instanceof EngineRefusal && jobs.length > 1)
        for (const [at, job] of jobs.entries()) await this.writeBulk([job], [entries[at]!]);
      else for (const { done } of jobs) done.reject(error);
    }
  }

  /** Rejects entries that cannot be described. */
  private takeBulk(): [Job[], IndexEntry[]] {
    const jobs: Job[] = [];
    const entries: IndexEntry[] = [];
    let bytes = 0;
    while (this.jobs.length > 0 && entries.length < bulkBounds.entries && bytes < bulkBounds.bytes) {
      const job = this.jobs.shift()!;
      try {
        const entry = job.describe();
        // Estimate: Arabic takes two bytes a letter.
        bytes += entry.source.length * 2;
        jobs.push(job);
        entries.push(entry);
      } catch (error) {
        job.done.reject(error);
      }
    }
    return [jobs, entries];
  }

  /** One result per entry: `undefined` or the error. */
  private async send(entries: readonly IndexEntry[], targets: readonly string[]): Promise<(Error | undefined)[]> {
    const lines = entries.map((entry) => targets.map((target) => describeAction(target, entry)).join('')).join('');
    const answer = await this.engine.send<BulkAnswer>({
      method: 'POST',
      path: '/_bulk',
      // A missing alias must not become an index of its own.
      query: { require_alias: true, filter_path: 'errors,items.*.status,items.*.error.type' },
      lines,
      patience: patience.write,
    });
    if (!answer.errors) return entries.map(() => undefined);
    return entries.map((entry, at) =>
      targets
        .map((target, place) => explainItem(answer.items?.[at * targets.length + place]?.index, entry, place))
        .find((error) => error !== undefined),
    );
  }
}

const describeAction = (target: string, { id, revision, source }: IndexEntry): string =>
  `${JSON.stringify({ index: { _index: target, _id: id, version: revision, version_type: 'external' } })}\n${source}\n`;

const ok = (status: number): boolean => status < 300;
const conflict = 409;
const notFound = 404;

function explainItem(item: BulkItem | undefined, { id }: IndexEntry, place: number): Error | undefined {
  if (!item) return engineAway(new Error('A bulk was answered in part'));
  if (ok(item.status) || item.status === conflict) return undefined;
  // The second target was being filled and is gone: it is the live one now, or was given up.
  if (item.status === notFound && place > 0) return undefined;
  const refusal = new EngineRefusal(
    item.status,
    item.error?.type ?? 'unknown',
    new Error(`The document ${id} was not taken`),
  );
  return item.status === 400 ? refusal : engineAway(refusal);
}
