import { type PublicDocument, Refusal, type Tombstone } from '@mediamesh/contracts';

/** Documents per transaction at most, so that searches run in between. */
export const batchSize = 32;

export interface Batch {
  readonly documents: readonly PublicDocument[];
  readonly tombstones: readonly Tombstone[];
}

interface Write extends Batch {
  readonly done: PromiseWithResolvers<void>;
}

/** Commits writes in batches, one at a time. Writes that arrive meanwhile share the next batch. */
export class WriteQueue {
  private readonly commit: (batch: Batch) => Promise<void>;
  private readonly writes: Write[] = [];
  private last: Promise<void> = Promise.resolve();
  private waiting = false;

  /** `commit` writes a batch completely or not at all. */
  constructor(commit: (batch: Batch) => Promise<void>) {
    this.commit = commit;
  }

  async write(documents: readonly PublicDocument[], tombstones: readonly Tombstone[]): Promise<void> {
    const parts = Math.max(1, Math.ceil(documents.length / batchSize));
    const writes = Array.from({ length: parts }, (_, part): Write => ({
      documents: documents.slice(part * batchSize, (part + 1) * batchSize),
      tombstones: part === parts - 1 ? tombstones : [],
      done: Promise.withResolvers<void>(),
    }));
    this.writes.push(...writes);
    this.work();
    await Promise.all(writes.map(({ done }) => done.promise));
  }

  /** Runs `action` while no batch is written; later writes wait. */
  pause<T>(action: () => Promise<T>): Promise<T> {
    const result = this.last.then(action);
    this.last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** Resolves when every pending write has settled. */
  async drain(): Promise<void> {
    while (this.writes.length > 0) await this.last;
    await this.last;
  }

  private work(): void {
    if (this.waiting || this.writes.length === 0) return;
    this.waiting = true;
    void this.pause(async () => {
      this.waiting = false;
      await this.commitAll(this.takeBatch());
      this.work();
    });
  }

  private takeBatch(): readonly Write[] {
    const first = this.writes.shift()!;
    const together = [first];
    let size = first.documents.length;
    while (this.writes.length > 0 && size + this.writes[0]!.documents.length <= batchSize) {
      const next = this.writes.shift()!;
      size += next.documents.length;
      together.push(next);
    }
    return together;
  }

  /** The writes of a failed batch are retried one by one, so that a bad document does not fail the others. */
  private async commitAll(writes: readonly Write[]): Promise<void> {
    try {
      await this.commit({
        documents: writes.flatMap(({ documents }) => documents),
        tombstones: writes.flatMap(({ tombstones }) => tombstones),
      });
      for (const { done } of writes) done.resolve();
    } catch (error) {
      if (writes.length === 1 || error instanceof Refusal) for (const { done } of writes) done.reject(error);
      else for (const write of writes) await this.commitAll([write]);
    }
  }
}
