import type { ImportItem, ImportRun, ItemOutcome, PublishPolicy, RunStatus } from '@mediamesh/contracts';
import { execute, type EntityManager, query } from '@mediamesh/postgres';

export interface RunFilter {
  readonly sourceId?: string | undefined;
  readonly status?: RunStatus | undefined;
  readonly below?: string | undefined;
}

export interface ItemFilter {
  readonly outcome?: ItemOutcome | undefined;
  readonly after?: number | undefined;
}

interface Row extends Omit<ImportRun, 'counts' | 'error' | 'createdAt' | 'startedAt' | 'finishedAt'> {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly duplicate: number;
  readonly failed: number;
  readonly errorCode: string | null;
  readonly errorDetail: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

const columns = `id, source_id as "sourceId", status, items_new as new, items_changed as changed, items_unchanged as unchanged, items_duplicate as duplicate,
  items_failed as failed, total, published, program_id as "programId", codes, error_code as "errorCode", error_detail as "errorDetail",
  created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt"`;
/** One run of a source at a time. */
export const activeRunKey = 'runs_source_active_key';

/** Runs and their items as people see them. */
export class RunsRepository {
  /** Fails with a violation of {@link activeRunKey} while another one is under way. */
  async insert(
    tx: EntityManager,
    run: { readonly id: string; readonly sourceId: string; readonly publish: PublishPolicy | undefined },
    feed: { readonly body: Buffer; readonly contentType: string | undefined } | undefined,
  ): Promise<ImportRun> {
    const rows = await query<Row>(
      tx,
      `insert into runs (id, source_id, publish, status) values ($1, $2, $3, 'queued') returning ${columns}`,
      [run.id, run.sourceId, run.publish ?? null],
    );
    if (feed)
      await execute(tx, 'insert into feed_bodies (run_id, content_type, body) values ($1, $2, $3)', [
        run.id,
        feed.contentType ?? null,
        feed.body,
      ]);
    return toRun(rows[0]!);
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
       where ($1::uuid is null or source_id = $1) and ($2::text is null or status = $2) and ($3::uuid is null or id < $3) order by id desc limit $4`,
      [sourceId ?? null, status ?? null, below ?? null, limit],
    );
    return rows.map(toRun);
  }

  /** In the order of the feed. */
  listItems(db: EntityManager, runId: string, { outcome, after }: ItemFilter, limit: number): Promise<ImportItem[]> {
    return query<ImportItem>(
      db,
      `select position, key, title, outcome, episode_id as "episodeId", published, codes from run_items
       where run_id = $1 and ($2::text is null or outcome = $2) and position > $3 order by position limit $4`,
      [runId, outcome ?? null, after ?? -1, limit],
    );
  }

  async isUnderWay(tx: EntityManager, sourceId: string): Promise<boolean> {
    return (
      (await query(tx, `select 1 from runs where source_id = $1 and status in ('queued', 'running')`, [sourceId]))
        .length > 0
    );
  }
}

function toRun({
  new: added,
  changed,
  unchanged,
  duplicate,
  failed,
  errorCode,
  errorDetail,
  createdAt,
  startedAt,
  finishedAt,
  ...row
}: Row): ImportRun {
  return {
    ...row,
    counts: { new: added, changed, unchanged, duplicate, failed },
    error: errorCode === null ? null : { code: errorCode, detail: errorDetail ?? '' },
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
