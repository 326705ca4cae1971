import type { Reindex } from '@mediamesh/contracts';
import { type Holder, type QueueRow, QueueTable } from '@mediamesh/jobs';
import { Database, execute } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';

/** A rebuild taken by this worker, with the progress of the worker before it. */
export interface QueuedRebuild extends QueueRow, Readonly<Progress> {
  /** The index that the worker before was building. */
  readonly generation: string | null;
}

export interface Progress {
  documents: number;
  tombstones: number;
}

export interface LiveIndex {
  readonly generation: string;
  /** The generation that was live before. */
  readonly before: string | undefined;
  /** Documents that a search can find. */
  readonly found: number;
}

/** The queue of rebuilds. The rebuild of a dead worker is taken by another, which starts it over. */
@Injectable()
export class RebuildQueue {
  private readonly table = new QueueTable<QueuedRebuild>('rebuilds', 'generation, documents, tombstones');

  constructor(private readonly database: Database) {}

  take(holder: Holder): Promise<QueuedRebuild | undefined> {
    return this.table.take(this.database.db, holder, { orphans: true });
  }

  /** @throws LeaseLost */
  report(rebuild: QueuedRebuild, { documents, tombstones }: Progress): Promise<void> {
    return this.table.update(this.database.db, rebuild, 'documents = $3, tombstones = $4', [documents, tombstones]);
  }

  /** Records which index is being built, before it can go live. @throws LeaseLost */
  async begin(rebuild: QueuedRebuild, generation: string, total: number | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.table.update(tx, rebuild, 'generation = $3, total = $4, documents = 0, tombstones = 0', [
        generation,
        total,
      ]);
      await execute(tx, 'update index_state set next_generation = $1', [generation]);
    });
  }

  /** Ends a rebuild whose index is live. @throws LeaseLost */
  async complete(
    rebuild: QueuedRebuild,
    { generation, before, found }: LiveIndex,
    { documents, tombstones }: Progress,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.table.update(
        tx,
        rebuild,
        `status = 'completed', finished_at = clock_timestamp(),
         generation = $3, documents = $4, tombstones = $5, found = $6`,
        [generation, documents, tombstones, found],
      );
      await execute(
        tx,
        `update index_state set
           previous_generation =
             coalesce(nullif($2::text, $1::text), nullif(generation, $1::text), previous_generation),
           generation = $1,
           next_generation = null`,
        [generation, before ?? null],
      );
    });
  }

  /** @throws LeaseLost */
  fail(rebuild: QueuedRebuild, { code, detail }: NonNullable<Reindex['error']>): Promise<void> {
    return this.table.update(
      this.database.db,
      rebuild,
      `status = 'failed', finished_at = clock_timestamp(), error_code = $3, error_detail = $4`,
      [code, detail],
    );
  }

  /** Puts a rebuild back into the queue, for any worker. @throws LeaseLost */
  giveBack(rebuild: QueuedRebuild): Promise<void> {
    return this.table.update(this.database.db, rebuild, `status = 'queued', worker = null`);
  }
}
