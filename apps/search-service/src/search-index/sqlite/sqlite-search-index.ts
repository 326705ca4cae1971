import { type PublicDocument, Refusal, type Tombstone, unavailable } from '@mediamesh/contracts';
import { PlaceExpired, SearchIndex, type SearchPage, type SearchQuery } from '../search-index.js';
import { type Answers, type IndexRequest, IndexThread, IndexUnavailable } from './index-thread.js';

/** A transaction takes this many documents, so that searches get their turn in between. */
const batch = 32;

interface Write {
  readonly documents: readonly PublicDocument[];
  readonly tombstones: readonly Tombstone[];
  readonly done: PromiseWithResolvers<void>;
}

/**
 * An index in one file of SQLite (FTS5), in a thread of its own; nothing to install.
 *
 * Its limits: the file belongs to one process. A write is found when it has resolved. It outlives the process at once, but
 * the last seconds may be lost where the machine itself goes down. Beyond 2,000 matches a word finds the newest
 * documents and those with the word in their titles, not the best of all; rarer words always find all. A place is good for as
 * long as its list is among the last thousands asked for, or nothing was written since.
 */
export class SqliteSearchIndex extends SearchIndex {
  readonly #file: string;
  #thread: IndexThread;
  #restart: Promise<IndexThread> | undefined;
  readonly #writes: Write[] = [];
  #writing: Promise<void> | undefined;

  private constructor(file: string, thread: IndexThread) {
    super();
    this.#file = file;
    this.#thread = thread;
  }

  /** Opens the file, or makes it. Rejects with one clear line when another process holds it, or it is damaged. */
  static async open(file: string): Promise<SqliteSearchIndex> {
    return new SqliteSearchIndex(file, await IndexThread.start(file));
  }

  upsert(documents: readonly PublicDocument[]): Promise<void> {
    return this.#write(documents, []);
  }

  remove(tombstones: readonly Tombstone[]): Promise<void> {
    return this.#write([], tombstones);
  }

  async search(query: SearchQuery): Promise<SearchPage> {
    const page = await this.#ask({ does: 'search', query });
    if (page === undefined) throw new PlaceExpired('The list of this place is gone');
    return page;
  }

  count(): Promise<number> {
    return this.#ask({ does: 'count' });
  }

  async close(): Promise<void> {
    await this.#writing;
    await (await this.#restart ?? this.#thread).close();
  }

  async #write(documents: readonly PublicDocument[], tombstones: readonly Tombstone[]): Promise<void> {
    const parts = Math.max(1, Math.ceil(documents.length / batch));
    const writes = Array.from({ length: parts }, (_, part): Write => ({
      documents: documents.slice(part * batch, (part + 1) * batch),
      tombstones: part === parts - 1 ? tombstones : [],
      done: Promise.withResolvers<void>(),
    }));
    this.#writes.push(...writes);
    this.#writing ??= this.#writeAll();
    await Promise.all(writes.map(({ done }) => done.promise));
  }

  /** What comes while a transaction runs shares the next one. */
  async #writeAll(): Promise<void> {
    while (this.#writes.length > 0) {
      const first = this.#writes.shift()!;
      const together = [first];
      let size = first.documents.length;
      while (this.#writes.length > 0 && size + this.#writes[0]!.documents.length <= batch) {
        const next = this.#writes.shift()!;
        size += next.documents.length;
        together.push(next);
      }
      await this.#commit(together);
    }
    this.#writing = undefined;
  }

  /** One document that cannot be indexed must not take its neighbours along: they are tried one by one. */
  async #commit(writes: readonly Write[]): Promise<void> {
    try {
      await this.#ask({ does: 'write', documents: writes.flatMap(({ documents }) => documents), tombstones: writes.flatMap(({ tombstones }) => tombstones) });
      for (const { done } of writes) done.resolve();
    } catch (error) {
      if (writes.length === 1 || error instanceof Refusal) for (const { done } of writes) done.reject(error);
      else for (const write of writes) await this.#commit([write]);
    }
  }

  /** Refuses with `unavailable` where the machine is the reason: whoever asked waits and asks again. */
  async #ask<R extends IndexRequest>(request: R): Promise<Answers[R['does']]> {
    try {
      return await (await this.#running()).ask(request);
    } catch (error) {
      throw error instanceof IndexUnavailable ? unavailable('request.unavailable', { cause: error }) : error;
    }
  }

  /** A thread that died is replaced by the next who needs it; what it had committed is in the file. */
  async #running(): Promise<IndexThread> {
    if (!this.#thread.failed) return this.#thread;
    this.#restart ??= this.#replace().finally(() => (this.#restart = undefined));
    return this.#restart;
  }

  async #replace(): Promise<IndexThread> {
    try {
      return (this.#thread = await IndexThread.start(this.#file));
    } catch (error) {
      throw new IndexUnavailable(error);
    }
  }
}
