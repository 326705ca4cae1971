import type { Source } from '@mediamesh/contracts';
import { type EntityManager, execute, query } from '@mediamesh/postgres';
import type { Remembered } from '../sources/source-reader.js';

/** The last run that left nothing to send, and what its reader remembered. */
export interface SettledReading extends Remembered {
  readonly runId: string;
  readonly isFresh: boolean;
}

export interface RunSource extends Pick<Source, 'id' | 'kind' | 'url' | 'publish'> {
  readonly givenProgramId: string | null;
  readonly programId: string | null;
  readonly settled: SettledReading | undefined;
}

interface Row extends Omit<RunSource, 'settled'> {
  readonly runId: string | null;
  readonly isFresh: boolean | null;
  readonly validatorsUrl: string | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly bodyHash: Buffer | null;
}

/** Days after which the whole feed is fetched again without validators. */
const freshDays = 7;

export class RunSourcesRepository {
  async find(db: EntityManager, id: string): Promise<RunSource | undefined> {
    const [row] = await query<Row>(
      db,
      `select id, kind, url, publish, given_program_id as "givenProgramId", program_id as "programId",
         settled_run_id as "runId", validators_url as "validatorsUrl", etag, last_modified as "lastModified",
         body_hash as "bodyHash", settled_at > clock_timestamp() - make_interval(days => $2) as "isFresh"
       from sources where id = $1`,
      [id, freshDays],
    );
    if (!row) return undefined;
    const { runId, isFresh, validatorsUrl: url, etag, lastModified, bodyHash, ...source } = row;
    if (runId === null || url === null || bodyHash === null) return { ...source, settled: undefined };
    const validators = { url, etag: etag ?? undefined, lastModified: lastModified ?? undefined };
    return { ...source, settled: { runId, isFresh: isFresh ?? false, ...validators, bodyHash } };
  }

  async setProgram(tx: EntityManager, id: string, programId: string): Promise<void> {
    await execute(
      tx,
      `update sources set program_id = $2, updated_at = now(), version = version + 1
       where id = $1 and program_id is distinct from $2`,
      [id, programId],
    );
  }

  /** Stores the reading of a run that settled everything; clears it when something must be sent again. */
  async setSettled(tx: EntityManager, id: string, runId: string, reading: Remembered | undefined): Promise<void> {
    await execute(
      tx,
      `update sources set
         settled_run_id = $2,
         validators_url = $3,
         etag = $4,
         last_modified = $5,
         body_hash = $6,
         settled_at = case when $2::uuid is null then null else clock_timestamp() end
       where id = $1`,
      [id, reading && runId, reading?.url, reading?.etag, reading?.lastModified, reading?.bodyHash],
    );
  }
}
