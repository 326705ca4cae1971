import type { ImportItem, ImportRun, ItemOutcome, PublishPolicy, RunStatus } from '@mediamesh/contracts';
import { execute, type EntityManager, query } from '@mediamesh/postgres';
import type { SentBody } from '../sources/source-reader.js';
import type { RunError } from './run-error.js';

export interface RunFilter {
  readonly sourceId?: string | undefined;
  readonly status?: RunStatus | undefined;
  readonly below?: string | undefined;
}

export interface ItemFilter {
  readonly outcome?: ItemOutcome | undefined;
  readonly after?: number | undefined;
}

type Counts = Readonly<Record<ItemOutcome, number>>;

interface Row extends Omit<ImportRun, 'counts' | 'error' | 'createdAt' | 'startedAt' | 'finishedAt'>, Counts {
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

const columns = `id, source_id as "sourceId", status, items_new as new, items_changed as changed,
  items_unchanged as unchanged, items_duplicate as duplicate, items_failed as failed, total, published,
  program_id as "programId", codes, error_code as "errorCode", error_detail as "errorDetail",
  created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt"`;
/** Unique index: one active run per source. */
export const activeRunKey = 'runs_source_active_key';

export class RunsRepository {
  /** Violates {@link activeRunKey} while another run of the source is active. */
  async insert(
    tx: EntityManager,
    run: { readonly id: string; readonly sourceId: string; readonly publish: PublishPolicy | undefined },
    sent: SentBody | undefined,
  ): Promise<ImportRun> {
    const rows = await query<Row>(
      tx,
      `insert into runs (id, source_id, publish, status) values ($1, $2, $3, 'queued') returning ${columns}`,
      [run.id, run.sourceId, run.publish],
    );
    if (sent)
      await execute(tx, 'insert into feed_bodies (run_id, content_type, body) values ($1, $2, $3)', [
        run.id,
        sent.contentType,
        sent.body,
      ]);
    return toRun(rows[0]!);
  }

  async findSentBody(db: EntityManager, runId: string): Promise<SentBody | undefined> {
    const [row] = await query<{ body: Buffer; contentType: string | null }>(
      db,
      'select body, content_type as "contentType" from feed_bodies where run_id = $1',
      [runId],
    );
    return row && { body: row.body, contentType: row.contentType ?? undefined };
  }

  /** Ends a run and deletes its uploaded feed. */
  async end(tx: EntityManager, id: string, status: 'completed' | 'failed', error?: RunError): Promise<ImportRun> {
    await execute(tx, 'delete from feed_bodies where run_id = $1', [id]);
    const [row] = await query<Row>(
      tx,
      `update runs set status = $2, error_code = $3, error_detail = $4, finished_at = clock_timestamp()
       where id = $1 returning ${columns}`,
      [id, status, error?.code, error?.detail],
    );
    return toRun(row!);
  }

  async find(db: EntityManager, id: string): Promise<ImportRun | undefined> {
    const [row] = await query<Row>(db, `select ${columns} from runs where id = $1`, [id]);
    return row && toRun(row);
  }

  /** Newest first. */
  async list(db: EntityManager, { sourceId, status, below }: RunFilter, limit: number): Promise<ImportRun[]> {
    const rows = await query<Row>(
      db,
      `select ${columns} from runs
       where ($1::uuid is null or source_id = $1)
         and ($2::text is null or status = $2)
         and ($3::uuid is null or id < $3)
       order by id desc limit $4`,
      [sourceId, status, below, limit],
    );
    return rows.map(toRun);
  }

  listItems(db: EntityManager, runId: string, { outcome, after }: ItemFilter, limit: number): Promise<ImportItem[]> {
    return query<ImportItem>(
      db,
      `select position, key, title, outcome, episode_id as "episodeId", published, codes
       from run_items
       where run_id = $1 and ($2::text is null or outcome = $2) and position > $3
       order by position limit $4`,
      [runId, outcome, after ?? -1, limit],
    );
  }
}

function toRun({ createdAt, startedAt, finishedAt, errorCode, errorDetail, ...row }: Row): ImportRun {
  const { new: added, changed, unchanged, duplicate, failed, ...run } = row;
  return {
    ...run,
    counts: { new: added, changed, unchanged, duplicate, failed },
    error: errorCode === null ? null : { code: errorCode, detail: errorDetail ?? '' },
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
