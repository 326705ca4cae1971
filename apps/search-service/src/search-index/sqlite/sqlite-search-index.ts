import { type PublicDocument, type Tombstone, unavailable } from '@mediamesh/contracts';
import {
  type IndexRebuild,
  PlaceExpired,
  SearchIndex,
  type SearchPage,
  type SearchQuery,
  type Suggestions,
} from '../search-index.js';
import {
  exchangeIndexFiles,
  previousOf,
  rebuildOf,
  removeIndexFile,
  restoreIndexFile,
  sweepRebuilds,
} from './index-files.js';
import { type Answers, type IndexRequest, IndexThread, IndexUnavailable, IndexUnreadable } from './index-thread.js';
import { SqliteRebuild } from './sqlite-rebuild.js';
import { type Batch, WriteQueue } from './write-queue.js';

/**
 * An index in one SQLite file (FTS5), in its own thread; it needs no server.
 *
 * Limits:
 * - The file belongs to one process.
 * - A write is found when it has resolved. It survives a crash of the process, but writes since the last checkpoint may
 *   be lost when the machine goes down.
 * - Beyond 2,000 matches a word finds the newest documents and those with the word in their titles, not the best of
 *   all, and facets are estimated from a sample. Rarer words always find and count all.
 * - A place is valid while its list is in the cache (about 1,000 full lists) or nothing was written since.
 * - A rebuild fills `<file>.rebuild-<n>` and keeps the index it replaced as `<file>.previous`.
 */
export class SqliteSearchIndex extends SearchIndex {
  private readonly file: string;
  private readonly writes = new WriteQueue((batch) => this.commit(batch));
  private live: IndexThread | IndexUnreadable;
  private restart: Promise<IndexThread> | undefined;
  private exchange: Promise<void> | undefined;
  private runningRebuild: SqliteRebuild | undefined;
  private rebuilds = 0;

  private constructor(file: string, live: IndexThread | IndexUnreadable) {
    super();
    this.file = file;
    this.live = live;
  }

  /**
   * Opens or creates the file. While its index is damaged or of another layout, everything is refused as `unavailable`
   * until a rebuild replaces it. Rejects in one line when another process holds the file or it is no index.
   */
  static async open(file: string): Promise<SqliteSearchIndex> {
    const live = await startOrExplain(file);
    sweepRebuilds(file);
    return new SqliteSearchIndex(file, live);
  }

  upsert(documents: readonly PublicDocument[]): Promise<void> {
    return this.writes.write(documents, []);
  }

  remove(tombstones: readonly Tombstone[]): Promise<void> {
    return this.writes.write([], tombstones);
  }

  async search(query: SearchQuery): Promise<SearchPage> {
    const page = await this.ask({ does: 'search', query });
    if (page === undefined) throw new PlaceExpired('The list of this place is gone');
    return page;
  }

  suggest(
    text: string,
    options: { readonly language?: string | undefined; readonly limit: number },
  ): Promise<Suggestions> {
    return this.ask({ does: 'suggest', text, options });
  }

  async generation(): Promise<string | undefined> {
    return this.unreadable ? undefined : this.ask({ does: 'generation' });
  }

  count(): Promise<number> {
    return this.ask({ does: 'count' });
  }

  rebuild(): Promise<IndexRebuild> {
    return this.writes.pause(() => this.beginRebuild());
  }

  async close(): Promise<void> {
    await this.writes.drain();
    await this.runningRebuild?.giveUp('the index was closed');
    const live = (await this.restart) ?? this.live;
    if (live instanceof IndexThread) await live.close();
  }

  /** Why the index is unusable until a rebuild replaces it. */
  private get unreadable(): IndexUnreadable | undefined {
    const reason = this.live instanceof IndexThread ? this.live.failure : this.live;
    return reason instanceof IndexUnreadable ? reason : undefined;
  }

  private async commit(batch: Batch): Promise<void> {
    const rebuild = this.runningRebuild?.isOver ? undefined : this.runningRebuild;
    const [live, filled] = await Promise.allSettled([this.ask({ does: 'write', ...batch }), rebuild?.write(batch)]);
    if (live.status === 'fulfilled') {
      // The new index lacks what it failed to write, and would lose it in the exchange.
      if (filled.status === 'rejected') await rebuild?.giveUp(filled.reason);
      return;
    }
    if (!rebuild || rebuild.isOver || !this.unreadable) throw live.reason;
    if (filled.status === 'rejected') throw toRefusal(filled.reason);
  }

  private async beginRebuild(): Promise<IndexRebuild> {
    await this.runningRebuild?.giveUp('another one began');
    removeIndexFile(previousOf(this.file));
    const file = rebuildOf(this.file, (this.rebuilds += 1));
    const thread = await IndexThread.start(file);
    const generation = await thread.ask({ does: 'generation' });
    return (this.runningRebuild = new SqliteRebuild(file, thread, generation, (rebuild) => this.finish(rebuild)));
  }

  /** Writes wait; searches use the old index until the new one is open. After a failure the next request reopens it. */
  private async finish(rebuild: SqliteRebuild): Promise<void> {
    try {
      await this.writes.pause(() => (this.exchange = this.replaceLive(rebuild)));
    } finally {
      this.exchange = undefined;
    }
  }

  private async replaceLive(rebuild: SqliteRebuild): Promise<void> {
    await rebuild.seal();
    this.runningRebuild = undefined;
    const old = this.live instanceof IndexThread && !this.live.failure ? this.live : undefined;
    try {
      await old?.ask({ does: 'settle' });
      exchangeIndexFiles(this.file, rebuild.file);
    } catch (error) {
      removeIndexFile(rebuild.file);
      await old?.close();
      throw toRefusal(error);
    }
    try {
      this.live = await IndexThread.start(this.file);
    } catch (error) {
      restoreIndexFile(this.file);
      await old?.close();
      throw toRefusal(new IndexUnavailable(error));
    }
    await old?.close();
  }

  /** Rejects with `unavailable` when the machine is the cause, so that the caller retries. */
  private async ask<R extends IndexRequest>(request: R): Promise<Answers[R['does']]> {
    try {
      // No await between the choice of the thread and the request, or an exchange might close the thread.
      if (this.live instanceof IndexThread && !this.live.failure) return await this.live.ask(request);
      return await (await this.recover()).ask(request);
    } catch (error) {
      throw toRefusal(this.unreadable ?? error);
    }
  }

  /** The next request restarts a dead thread; what it had committed is in the file. */
  private async recover(): Promise<IndexThread> {
    if (this.unreadable) throw this.unreadable;
    await this.exchange;
    if (this.live instanceof IndexThread && !this.live.failure) return this.live;
    this.restart ??= this.startAgain().finally(() => (this.restart = undefined));
    return this.restart;
  }

  private async startAgain(): Promise<IndexThread> {
    try {
      this.live = await startOrExplain(this.file);
    } catch (error) {
      throw new IndexUnavailable(error);
    }
    if (this.live instanceof IndexUnreadable) throw this.live;
    return this.live;
  }
}

async function startOrExplain(file: string): Promise<IndexThread | IndexUnreadable> {
  try {
    return await IndexThread.start(file);
  } catch (error) {
    if (error instanceof IndexUnreadable) return error;
    throw error;
  }
}

function toRefusal(error: unknown): unknown {
  if (error instanceof IndexUnreadable) return unavailable('search.not_ready', { cause: error });
  return error instanceof IndexUnavailable ? unavailable('request.unavailable', { cause: error }) : error;
}
