import { ingestCompleted, ItemOutcome } from '@mediamesh/contracts';
import { Outbox } from '@mediamesh/outbox';
import { Database, type EntityManager, execute, query } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { CoversRepository } from '../images/covers.repository.js';
import type { Remembered } from '../sources/rss/rss-reader.js';
import { type HeldRun, RunQueue } from './run-queue.repository.js';
import { RunSourcesRepository, type StoredItem } from './run-sources.repository.js';
import { RunsRepository } from './runs.repository.js';

/** What became of one item, and what is to be remembered of it. */
export interface ItemRecord {
  readonly position: number;
  readonly key: string;
  readonly title: string;
  readonly outcome: ItemOutcome;
  readonly episodeId: string | null;
  readonly published: boolean;
  readonly codes: readonly string[];
  /** Whether this run made it, or what it says now, public. */
  readonly madePublic: boolean;
  readonly remember?: StoredItem | undefined;
  /** The picture to become its cover. */
  readonly imageUrl?: string | undefined;
}

/** What a run writes while it goes on. Every write is refused once the run is not its worker's any more. */
@Injectable()
export class RunRecords {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly queue: RunQueue,
    private readonly runs: RunsRepository,
    private readonly sources: RunSourcesRepository,
    private readonly covers: CoversRepository,
  ) {}

  /** The feed was read, its program is there. */
  async begin(
    run: HeldRun,
    feed: {
      readonly total: number;
      readonly programId: string;
      readonly codes: readonly string[];
      readonly imageUrl: string | undefined;
    },
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.queue.requireHeld(tx, run);
      await execute(tx, 'update runs set total = $2, program_id = $3, codes = $4 where id = $1', [
        run.id,
        feed.total,
        feed.programId,
        feed.codes,
      ]);
      await this.sources.setProgram(tx, run.sourceId, feed.programId);
      if (feed.imageUrl !== undefined)
        await this.covers.want(tx, run.sourceId, [{ itemKey: programKey, url: feed.imageUrl }]);
    });
  }

  /** Outcomes, fingerprints and counts of some items, in one commit. */
  async record(run: HeldRun, items: readonly ItemRecord[]): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.queue.requireHeld(tx, run);
      await insertItems(tx, run.id, items);
      await rememberItems(
        tx,
        run.sourceId,
        items.flatMap(({ remember }) => remember ?? []),
      );
      await this.covers.want(
        tx,
        run.sourceId,
        items.flatMap(({ key, imageUrl }) => (imageUrl === undefined ? [] : [{ itemKey: key, url: imageUrl }])),
      );
      await addCounts(tx, run.id, items);
    });
  }

  /** The run is over. `settled` is what to remember of the feed; undefined where something must be sent again. */
  async complete(run: HeldRun, settled: Remembered | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.queue.requireHeld(tx, run);
      await this.sources.setSettled(tx, run.sourceId, settled && { ...settled, runId: run.id });
      await this.finish(tx, run);
    });
  }

  /** The feed is what it was: all its items are as the run that settled them left them. */
  async completeUnchanged(
    run: HeldRun,
    settledRunId: string,
    programId: string,
    { codes, remembered }: { readonly codes: readonly string[]; readonly remembered: Remembered | undefined },
  ): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.queue.requireHeld(tx, run);
      await execute(
        tx,
        `insert into run_items (run_id, position, key, title, outcome, episode_id, published, codes)
         select $1, position, key, title, case when outcome in ('new', 'changed') then 'unchanged' else outcome end, episode_id, published, codes from run_items where run_id = $2`,
        [run.id, settledRunId],
      );
      const counts = ItemOutcome.options
        .map(
          (outcome) =>
            `items_${outcome} = (select count(*) from run_items where run_id = $1 and outcome = '${outcome}')`,
        )
        .join(', ');
      await execute(
        tx,
        `update runs set ${counts}, total = (select count(*) from run_items where run_id = $1), program_id = $2, codes = $3 where id = $1`,
        [run.id, programId, codes],
      );
      if (remembered) await this.sources.setSettled(tx, run.sourceId, { ...remembered, runId: run.id });
      await this.finish(tx, run);
    });
  }

  private async finish(tx: EntityManager, { id, sourceId }: HeldRun): Promise<void> {
    await execute(tx, `update runs set status = 'completed', finished_at = clock_timestamp() where id = $1`, [id]);
    await execute(tx, 'delete from feed_bodies where run_id = $1', [id]);
    const run = await this.runs.find(tx, id);
    await this.outbox.append(tx, ingestCompleted, {
      runId: id,
      sourceId,
      counts: run!.counts,
      programId: run!.programId!,
      published: run!.published,
    });
  }
}

/** The source's key of its program; items have keys of another form. */
export const programKey = 'program';

async function insertItems(tx: EntityManager, runId: string, items: readonly ItemRecord[]): Promise<void> {
  const rows = items.map(({ position, key, title, outcome, episodeId, published, codes }) => ({
    position,
    key,
    title,
    outcome,
    episode_id: episodeId,
    published,
    codes,
  }));
  await query(
    tx,
    `insert into run_items (run_id, position, key, title, outcome, episode_id, published, codes)
     select $1, position, key, title, outcome, episode_id, published, array(select jsonb_array_elements_text(codes))
     from jsonb_to_recordset($2::jsonb) as row (position integer, key text, title text, outcome text, episode_id uuid, published boolean, codes jsonb)`,
    [runId, JSON.stringify(rows)],
  );
}

async function rememberItems(tx: EntityManager, sourceId: string, items: readonly StoredItem[]): Promise<void> {
  const rows = items.map(({ key, name, enclosure, link, contentHash, episodeId, published, settled }) => ({
    key,
    name,
    enclosure: enclosure ?? null,
    link: link ?? null,
    content_hash: contentHash,
    episode_id: episodeId,
    published,
    settled,
  }));
  await query(
    tx,
    `insert into items (source_id, key, name, enclosure, link, content_hash, episode_id, published, settled)
     select $1, key, name, enclosure, link, content_hash, episode_id, published, settled
     from jsonb_to_recordset($2::jsonb) as row (key text, name text, enclosure text, link text, content_hash text, episode_id uuid, published boolean, settled boolean)
     on conflict (source_id, key) do update set name = excluded.name, enclosure = excluded.enclosure, link = excluded.link, content_hash = excluded.content_hash,
       episode_id = excluded.episode_id, published = excluded.published, settled = excluded.settled`,
    [sourceId, JSON.stringify(rows)],
  );
}

async function addCounts(tx: EntityManager, runId: string, items: readonly ItemRecord[]): Promise<void> {
  const amounts = ItemOutcome.options.map((outcome) => items.filter((item) => item.outcome === outcome).length);
  const published = items.filter(({ madePublic }) => madePublic).length;
  const counts = ItemOutcome.options
    .map((outcome, index) => `items_${outcome} = items_${outcome} + $${index + 2}`)
    .join(', ');
  await execute(
    tx,
    `update runs set ${counts}, published = published + $${ItemOutcome.options.length + 2} where id = $1`,
    [runId, ...amounts, published],
  );
}
