import type { Reindex } from '@mediamesh/contracts';
import { Database, type EntityManager, execute, query } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';

/** A rebuild that is carried out here. Only its holder may write for it. */
export interface HeldRebuild {
  readonly id: string;
  readonly worker: string;
  /** The index that an earlier holder was building, and how far it was. */
  readonly generation: string | null;
  readonly documents: number;
  readonly tombstones: number;
}

/** What was taken over so far. */
export interface Progress {
  documents: number;
  tombstones: number;
}

/** The index that is in place after a rebuild. */
export interface Finished {
  readonly generation: string;
  readonly before: string | undefined;
  /** Documents that it finds. */
  readonly found: number;
}

/** The rebuild is not ours any more: its lease ran out, and others may have taken it over. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** A worker silent for so many seconds is taken for dead. */
const leaseSeconds = 10;
const leaseEnd = `clock_timestamp() + make_interval(secs => ${leaseSeconds})`;
const isHeld = `id = $1 and worker = $2 and status = 'running'`;

/**
 * Who carries out the rebuild that is under way. A worker that dies leaves a lease that runs out, and another begins
 * the rebuild anew.
 */
@Injectable()
export class RebuildQueue {
  constructor(private readonly database: Database) {}

  /** Takes up what is queued, or what a dead worker held. */
  async claim(worker: string): Promise<HeldRebuild | undefined> {
    const [row] = await this.database.query<HeldRebuild>(
      `update rebuilds set status = 'running', worker = $1, lease_until = ${leaseEnd}, started_at = coalesce(started_at, clock_timestamp())
       where id = (select id from rebuilds where status = 'queued' or (status = 'running' and lease_until < clock_timestamp()) for update skip locked limit 1)
       returning id, worker, generation, documents, tombstones`,
      [worker],
    );
    return row;
  }

  /** Says that the worker lives and how far it is. @throws LeaseLost */
  async beat({ id, worker }: HeldRebuild, { documents, tombstones }: Progress): Promise<void> {
    await this.change(
      this.database.db,
      `update rebuilds set lease_until = ${leaseEnd}, documents = $3, tombstones = $4 where ${isHeld}`,
      [id, worker, documents, tombstones],
    );
  }

  /** Notes the index that is being built, before it can take the place of the live one. @throws LeaseLost */
  async begin({ id, worker }: HeldRebuild, generation: string, total: number | null): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.change(
        tx,
        `update rebuilds set generation = $3, total = $4, documents = 0, tombstones = 0 where ${isHeld}`,
        [id, worker, generation, total],
      );
      await execute(tx, 'update index_state set next_generation = $1', [generation]);
    });
  }

  /** Ends a rebuild whose index is the live one now; `before` is the one it took the place of. @throws LeaseLost */
  async complete(
    { id, worker }: HeldRebuild,
    { generation, before, found }: Finished,
    { documents, tombstones }: Progress,
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.change(
        tx,
        `update rebuilds set status = 'completed', generation = $3, documents = $4, tombstones = $5, found = $6, lease_until = null, finished_at = clock_timestamp() where ${isHeld}`,
        [id, worker, generation, documents, tombstones, found],
      );
      await execute(
        tx,
        `update index_state set previous_generation = coalesce(nullif($2::text, $1::text), nullif(generation, $1::text), previous_generation), generation = $1, next_generation = null`,
        [generation, before ?? null],
      );
    });
  }

  /** Ends a rebuild as failed; the index stays as it was. @throws LeaseLost */
  async fail({ id, worker }: HeldRebuild, { code, detail }: NonNullable<Reindex['error']>): Promise<void> {
    await this.change(
      this.database.db,
      `update rebuilds set status = 'failed', error_code = $3, error_detail = $4, lease_until = null, finished_at = clock_timestamp() where ${isHeld}`,
      [id, worker, code, detail],
    );
  }

  /** Lets others take it up at once. */
  async giveBack({ id, worker }: HeldRebuild): Promise<void> {
    await this.database.query(
      `update rebuilds set status = 'queued', worker = null, lease_until = null where ${isHeld}`,
      [id, worker],
    );
  }

  private async change(db: EntityManager, sql: string, parameters: readonly unknown[]): Promise<void> {
    if ((await query(db, `${sql} returning 1`, parameters)).length === 0)
      throw new LeaseLost('The rebuild was taken over by another worker');
  }
}
