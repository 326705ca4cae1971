import { ingestCompleted, ItemOutcome } from '@mediamesh/contracts';
import { Outbox } from '@mediamesh/outbox';
import { type EntityManager, execute } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { CoversRepository } from '../images/covers.repository.js';
import type { ItemRecord } from '../imports/item-record.js';
import { programKey } from '../imports/program-sender.js';
import { ItemsRepository } from '../items/items.repository.js';
import type { Remembered } from '../sources/source-reader.js';
import { type ClaimedRun, RunQueue } from './run-queue.repository.js';
import { RunSourcesRepository } from './run-sources.repository.js';
import { RunsRepository } from './runs.repository.js';

export interface RunStart {
  readonly total: number;
  readonly programId: string;
  readonly codes: readonly string[];
  readonly imageUrl: string | undefined;
}

/** Writes the progress of a run. Every write throws LeaseLost when the worker no longer holds the run. */
@Injectable()
export class RunRecords {
  constructor(
    private readonly outbox: Outbox,
    private readonly queue: RunQueue,
    private readonly runs: RunsRepository,
    private readonly sources: RunSourcesRepository,
    private readonly items: ItemsRepository,
    private readonly covers: CoversRepository,
  ) {}

  async begin(run: ClaimedRun, { total, programId, codes, imageUrl }: RunStart): Promise<void> {
    await this.queue.write(run, async (tx) => {
      const values = [run.id, total, programId, codes];
      await execute(tx, 'update runs set total = $2, program_id = $3, codes = $4 where id = $1', values);
      await this.sources.setProgram(tx, run.sourceId, programId);
      if (imageUrl !== undefined) await this.covers.want(tx, run.sourceId, [{ itemKey: programKey, url: imageUrl }]);
    });
  }

  /** Stores outcomes, item identities, covers and counts in one transaction. */
  async record(run: ClaimedRun, records: readonly ItemRecord[]): Promise<void> {
    const stored = records.flatMap(({ remember }) => remember ?? []);
    const wanted = records.flatMap(({ key, imageUrl }) =>
      imageUrl === undefined ? [] : { itemKey: key, url: imageUrl },
    );
    await this.queue.write(run, async (tx) => {
      await insertRecords(tx, run.id, records);
      await this.items.save(tx, run.sourceId, stored);
      await this.covers.want(tx, run.sourceId, wanted);
      await addCounts(tx, run.id, records);
    });
  }

  /** @param settled what to remember of the reading; undefined when something must be sent again */
  async complete(run: ClaimedRun, settled: Remembered | undefined): Promise<void> {
    await this.queue.write(run, async (tx) => {
      await this.sources.setSettled(tx, run.sourceId, run.id, settled);
      await this.finish(tx, run);
    });
  }

  /** Completes a run whose source has not changed: copies the items of the run that settled them. */
  async completeUnchanged(
    run: ClaimedRun,
    settledRunId: string,
    programId: string,
    { codes, remembered }: { readonly codes: readonly string[]; readonly remembered: Remembered | undefined },
  ): Promise<void> {
    await this.queue.write(run, async (tx) => {
      await execute(
        tx,
        `insert into run_items (run_id, position, key, title, outcome, episode_id, published, codes)
         select $1, position, key, title,
           case when outcome in ('new', 'changed') then 'unchanged' else outcome end,
           episode_id, published, codes
         from run_items where run_id = $2`,
        [run.id, settledRunId],
      );
      await execute(
        tx,
        `update runs set
           ${eachOutcome((outcome) => `items_${outcome} = (${countItems} and outcome = '${outcome}')`)},
           total = (${countItems}),
           program_id = $2,
           codes = $3
         where id = $1`,
        [run.id, programId, codes],
      );
      if (remembered) await this.sources.setSettled(tx, run.sourceId, run.id, remembered);
      await this.finish(tx, run);
    });
  }

  private async finish(tx: EntityManager, { id, sourceId }: ClaimedRun): Promise<void> {
    const { counts, programId, published } = await this.runs.end(tx, id, 'completed');
    await this.outbox.append(tx, ingestCompleted, { runId: id, sourceId, counts, programId: programId!, published });
  }
}

async function insertRecords(tx: EntityManager, runId: string, records: readonly ItemRecord[]): Promise<void> {
  await execute(
    tx,
    `insert into run_items (run_id, position, key, title, outcome, episode_id, published, codes)
     select $1, position, key, title, outcome, "episodeId", published, array(select jsonb_array_elements_text(codes))
     from jsonb_to_recordset($2::jsonb) as row (
       position integer, key text, title text, outcome text, "episodeId" uuid, published boolean, codes jsonb
     )`,
    [runId, JSON.stringify(records)],
  );
}

async function addCounts(tx: EntityManager, runId: string, records: readonly ItemRecord[]): Promise<void> {
  const amounts = ItemOutcome.options.map((outcome) => records.filter((record) => record.outcome === outcome).length);
  const published = records.filter(({ madePublic }) => madePublic).length;
  await execute(
    tx,
    `update runs set
       ${eachOutcome((outcome, index) => `items_${outcome} = items_${outcome} + $${index + 3}`)},
       published = published + $2
     where id = $1`,
    [runId, published, ...amounts],
  );
}

const countItems = 'select count(*) from run_items where run_id = $1';

const eachOutcome = (assign: (outcome: ItemOutcome, index: number) => string): string =>
  ItemOutcome.options.map(assign).join(',\n       ');
