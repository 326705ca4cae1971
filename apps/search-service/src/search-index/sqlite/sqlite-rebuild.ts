import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import { type IndexRebuild, RebuildGivenUp } from '../search-index.js';
import { removeIndexFile } from './index-files.js';
import type { IndexThread } from './index-thread.js';
import { type Batch, batchSize } from './write-queue.js';

export class SqliteRebuild implements IndexRebuild {
  readonly generation: string;
  readonly file: string;
  private readonly thread: IndexThread;
  private readonly replaceLive: (rebuild: SqliteRebuild) => Promise<void>;
  private end: RebuildGivenUp | 'finished' | undefined;

  constructor(
    file: string,
    thread: IndexThread,
    generation: string,
    replaceLive: (rebuild: SqliteRebuild) => Promise<void>,
  ) {
    this.file = file;
    this.thread = thread;
    this.generation = generation;
    this.replaceLive = replaceLive;
  }

  get isOver(): boolean {
    return this.end !== undefined;
  }

  async add(items: readonly (PublicDocument | Tombstone)[]): Promise<void> {
    for (let at = 0; at === 0 || at < items.length; at += batchSize) {
      const part = items.slice(at, at + batchSize);
      await this.write({
        documents: part.filter((item): item is PublicDocument => 'localizations' in item),
        tombstones: part.filter((item): item is Tombstone => !('localizations' in item)),
      });
    }
  }

  async write({ documents, tombstones }: Batch): Promise<void> {
    this.mustGoOn();
    try {
      await this.thread.ask({ does: 'write', documents, tombstones });
    } catch (error) {
      if (this.thread.failure) await this.giveUp(error);
      this.mustGoOn();
      throw error;
    }
  }

  finish(): Promise<void> {
    return this.replaceLive(this);
  }

  abandon(): Promise<void> {
    return this.giveUp('it was abandoned');
  }

  /** Closes the index, which leaves everything in one file. */
  async seal(): Promise<void> {
    this.mustGoOn();
    await this.thread.close();
    this.end = 'finished';
  }

  /** Deletes the index. Does nothing after the end of the rebuild. */
  async giveUp(reason: unknown): Promise<void> {
    if (this.end) return;
    this.end =
      typeof reason === 'string'
        ? new RebuildGivenUp(`The rebuild was given up: ${reason}`)
        : new RebuildGivenUp('The rebuild was given up', { cause: reason });
    await this.thread.close();
    removeIndexFile(this.file);
  }

  private mustGoOn(): void {
    if (this.end === 'finished') throw new RebuildGivenUp('The rebuild is finished');
    if (this.end) throw this.end;
  }
}
