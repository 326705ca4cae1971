import type { PublishPolicy } from '@mediamesh/contracts';
import { type EntityManager, execute, query } from '@mediamesh/postgres';
import type { KnownItem } from '../items/identity.js';
import type { Remembered } from '../sources/rss/rss-reader.js';

/** The run after which nothing was left to be sent, and the feed it read. */
export interface Settled extends Remembered {
  readonly runId: string;
  /** Young enough to be asked about. */
  readonly isFresh: boolean;
}

/** What a run must know of its source. */
export interface RunSource {
  readonly id: string;
  readonly url: string | null;
  readonly publish: PublishPolicy;
  /** The program a person named. */
  readonly givenProgramId: string | null;
  readonly programId: string | null;
  readonly settled: Settled | undefined;
}

/** An item as earlier runs left it. */
export interface StoredItem extends KnownItem {
  readonly contentHash: string;
  readonly episodeId: string | null;
  readonly published: boolean;
  readonly settled: boolean;
}

interface Row extends Omit<RunSource, 'settled'> {
  readonly settledRunId: string | null;
  readonly isFresh: boolean | null;
  readonly validatorsUrl: string | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly bodyHash: Buffer | null;
}

/** After so many days the whole feed is asked for, whatever its server says of changes. */
const freshDays = 7;

/** What runs remember of their source. */
export class RunSourcesRepository {
  async find(db: EntityManager, id: string): Promise<RunSource | undefined> {
    const [row] = await query<Row>(
      db,
      `select id, url, publish, given_program_id as "givenProgramId", program_id as "programId", settled_run_id as "settledRunId", validators_url as "validatorsUrl",
         etag, last_modified as "lastModified", body_hash as "bodyHash", settled_at > clock_timestamp() - make_interval(days => $2) as "isFresh"
       from sources where id = $1`,
      [id, freshDays],
    );
    if (!row) return undefined;
    const { settledRunId, isFresh, validatorsUrl, etag, lastModified, bodyHash, ...source } = row;
    if (settledRunId === null || validatorsUrl === null || bodyHash === null) return { ...source, settled: undefined };
    return {
      ...source,
      settled: {
        runId: settledRunId,
        isFresh: isFresh ?? false,
        url: validatorsUrl,
        etag: etag ?? undefined,
        lastModified: lastModified ?? undefined,
        bodyHash,
      },
    };
  }

  async items(db: EntityManager, sourceId: string): Promise<StoredItem[]> {
    const rows = await query<StoredItem & { enclosure: string | null; link: string | null }>(
      db,
      'select key, name, enclosure, link, content_hash as "contentHash", episode_id as "episodeId", published, settled from items where source_id = $1',
      [sourceId],
    );
    return rows.map((row) => ({ ...row, enclosure: row.enclosure ?? undefined, link: row.link ?? undefined }));
  }

  async setProgram(tx: EntityManager, id: string, programId: string): Promise<void> {
    await execute(
      tx,
      'update sources set program_id = $2, updated_at = now(), version = version + 1 where id = $1 and program_id is distinct from $2',
      [id, programId],
    );
  }

  /** Remembers the feed of the run that settled everything; forgets it where something must be sent again. */
  async setSettled(
    tx: EntityManager,
    id: string,
    settled: (Remembered & { readonly runId: string }) | undefined,
  ): Promise<void> {
    await execute(
      tx,
      `update sources set settled_run_id = $2, validators_url = $3, etag = $4, last_modified = $5, body_hash = $6, settled_at = case when $2::uuid is null then null else clock_timestamp() end where id = $1`,
      [
        id,
        settled?.runId ?? null,
        settled?.url ?? null,
        settled?.etag ?? null,
        settled?.lastModified ?? null,
        settled?.bodyHash ?? null,
      ],
    );
  }
}
