import { ingestFailed, type PublishPolicy } from '@mediamesh/contracts';
import { Outbox } from '@mediamesh/outbox';
import { Database, type EntityManager, query } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import type { RunError } from './run-error.js';
import { RunsRepository } from './runs.repository.js';

/** A run that is carried out here. Only its holder may write for it. */
export interface ClaimedRun {
  readonly id: string;
  readonly sourceId: string;
  readonly worker: string;
  /** Replaces the source's policy for this run. */
  readonly publish: PublishPolicy | null;
}

/** The run is not ours any more: it was taken for dead and has been marked failed. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** A worker silent for so many seconds is taken for dead, though its connection may still stand. */
const leaseSeconds = 30;

/**
 * Who carries out which run. A run is claimed once and never again: when its worker dies it is marked failed, and the
 * next run does its work. So holding is one condition, `running` under the worker's own id, and every write of a run
 * has it.
 */
@Injectable()
export class RunQueue {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly runs: RunsRepository,
  ) {}

  async claim(worker: string): Promise<ClaimedRun | undefined> {
    const [row] = await this.database.query<ClaimedRun>(
      `update runs set status = 'running', worker = $1, started_at = clock_timestamp(), heartbeat_at = clock_timestamp()
       where id = (select id from runs where status = 'queued' order by id for update skip locked limit 1)
       returning id, source_id as "sourceId", worker, publish`,
      [worker],
    );
    return row;
  }

  /** Says that the worker lives; answers the runs it still holds. */
  async beat(worker: string): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      `update runs set heartbeat_at = clock_timestamp() where worker = $1 and status = 'running' returning id`,
      [worker],
    );
    return rows.map(({ id }) => id);
  }

  /** Writes for a run in one transaction that holds its row. @throws LeaseLost when the run is not its worker's any more */
  async write(run: ClaimedRun, work: (tx: EntityManager) => Promise<void>): Promise<void> {
    await this.database.transaction(async (tx) => {
      const rows = await query(
        tx,
        `select 1 from runs where id = $1 and worker = $2 and status = 'running' for update`,
        [run.id, run.worker],
      );
      if (rows.length === 0) throw new LeaseLost('The run was marked failed by another worker');
      await work(tx);
    });
  }

  /** Ends a run as failed, if this worker still holds it. */
  async fail(run: ClaimedRun, error: RunError): Promise<void> {
    await this.write(run, (tx) => this.markFailed(tx, run, error));
  }

  /** Marks failed what workers that died left behind; answers how many. */
  async failAbandoned(own: string, error: RunError): Promise<number> {
    const running = await this.database.query<ClaimedRun>(
      `select id, source_id as "sourceId", worker, publish from runs where status = 'running' and worker <> $1`,
      [own],
    );
    let failed = 0;
    for (const run of running) {
      await this.database.transaction(async (tx) => {
        const [state] = await query<{ dead: boolean }>(
          tx,
          `select (
             heartbeat_at < clock_timestamp() - make_interval(secs => $3)
             or pg_try_advisory_xact_lock(hashtextextended($2::text, 0))
           ) as dead
           from runs where id = $1 and worker = $2::uuid and status = 'running' for update`,
          [run.id, run.worker, leaseSeconds],
        );
        if (!state?.dead) return;
        await this.markFailed(tx, run, error);
        failed += 1;
      });
    }
    return failed;
  }

  private async markFailed(tx: EntityManager, { id, sourceId }: ClaimedRun, { code, detail }: RunError): Promise<void> {
    const { counts } = await this.runs.end(tx, id, 'failed', { code, detail });
    await this.outbox.append(tx, ingestFailed, { runId: id, sourceId, counts, error: { code, detail } });
  }
}
