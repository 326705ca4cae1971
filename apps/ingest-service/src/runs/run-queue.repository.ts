import { ingestFailed, type PublishPolicy } from '@mediamesh/contracts';
import { type Holder, type QueueRow, QueueTable } from '@mediamesh/jobs';
import { Outbox } from '@mediamesh/outbox';
import { Database, type EntityManager } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { interrupted, type RunError } from './run-error.js';
import { RunsRepository } from './runs.repository.js';

/** A run that this instance executes. Only the holder of its lease may write to it. */
export interface ClaimedRun extends QueueRow {
  readonly sourceId: string;
  /** Overrides the source's policy. */
  readonly publish: PublishPolicy | null;
}

/** A run is taken once. When its worker dies it is marked failed, and the next run does its work. */
@Injectable()
export class RunQueue {
  private readonly table = new QueueTable<ClaimedRun>('runs', 'source_id as "sourceId", publish');

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly runs: RunsRepository,
  ) {}

  take(holder: Holder): Promise<ClaimedRun | undefined> {
    return this.table.take(this.database.db, holder);
  }

  /** Writes to a run in one transaction. @throws LeaseLost */
  async write(run: ClaimedRun, work: (tx: EntityManager) => Promise<void>): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.table.requireHeld(tx, run);
      await work(tx);
    });
  }

  /** @throws LeaseLost */
  async fail(run: ClaimedRun, error: RunError): Promise<void> {
    await this.write(run, (tx) => this.markFailed(tx, run, error));
  }

  /** Marks the runs of dead workers failed. Returns their number. */
  failAbandoned(holder: Holder): Promise<number> {
    return this.database.transaction(async (tx) => {
      const orphans = await this.table.findOrphans(tx, holder);
      for (const run of orphans) await this.markFailed(tx, run, interrupted);
      return orphans.length;
    });
  }

  private async markFailed(tx: EntityManager, { id, sourceId }: ClaimedRun, error: RunError): Promise<void> {
    const { counts } = await this.runs.end(tx, id, 'failed', error);
    const { code, detail } = error;
    await this.outbox.append(tx, ingestFailed, { runId: id, sourceId, counts, error: { code, detail } });
  }
}
