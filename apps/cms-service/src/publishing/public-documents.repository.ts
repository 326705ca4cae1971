import type { PublicDocument } from '@mediamesh/contracts';
import { type EntityManager, query } from '@mediamesh/postgres';
import type { ProgramFacts } from './public-document.js';

/**
 * `document` is what an item's own state makes public (its own `revision` means nothing here: the row's counts);
 * `visible` whether it is: an episode also needs its program.
 */
export interface PublicRow {
  readonly id: string;
  readonly kind: 'program' | 'episode';
  readonly programId: string;
  readonly revision: number;
  readonly visible: boolean;
  readonly document: PublicDocument | null;
}

/** A stored row, and whether it was public before. */
export interface ChangedRow extends PublicRow {
  readonly wasVisible: boolean;
}

/** An id below all others. */
const beforeAll = '00000000-0000-0000-0000-000000000000';
/** What the documents of one page weigh at the most, in bytes of JSON as PostgreSQL writes it. */
const pageBytes = 4_000_000;
const listed = 'id, kind, program_id, revision, visible, case when visible then document end as document';

const columns = 'id, kind, program_id as "programId", revision::float8 as revision, visible, document';
/** Revisions rise by one at least and never fall behind the clock, so that a restored database is not ignored. */
const nextRevision = 'greatest(row.revision + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)';

/** What of each program and episode is public, with the revision that orders its documents. */
export class PublicDocumentsRepository {
  findMany(db: EntityManager, ids: readonly string[]): Promise<PublicRow[]> {
    return query<PublicRow>(db, `select ${columns} from public_documents where id = any($1)`, [ids]);
  }

  /**
   * Stores documents where the revision is still the one read (0 for none), and answers them with their new revision.
   * Whoever lost a race is left out.
   */
  async save(tx: EntityManager, rows: readonly PublicRow[]): Promise<PublicRow[]> {
    if (rows.length === 0) return [];
    const saved = await query<Pick<PublicRow, 'id' | 'revision'>>(
      tx,
      `with row as (
         select * from jsonb_to_recordset($1::jsonb)
         as row(id uuid, kind text, "programId" uuid, revision bigint, visible boolean, document jsonb)
       )
       insert into public_documents as stored (id, kind, program_id, revision, visible, document)
       select id, kind, "programId", ${nextRevision}, visible, document from row
       on conflict (id) do update
       set revision = excluded.revision, visible = excluded.visible, document = excluded.document
       where stored.revision = (select revision from row where row.id = stored.id)
       returning id, revision::float8 as revision`,
      [JSON.stringify(rows)],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    // the caller has the documents: they need not travel back
    return saved.map(({ id, revision }) => ({ ...(byId.get(id) as PublicRow), revision }));
  }

  /** Hides a program's episodes with it, and with `forget` drops their documents; answers those that were visible. */
  hideEpisodes(tx: EntityManager, programId: string, { forget }: { forget: boolean }): Promise<ChangedRow[]> {
    return query(
      tx,
      `with hidden as (
         update public_documents row
         set visible = false, revision = ${nextRevision}, document = ${forget ? 'null' : 'row.document'}
         where program_id = $1 and kind = 'episode' and visible
         returning row.*
       )
       select ${columns}, true as "wasVisible" from hidden`,
      [programId],
    );
  }

  /** Shows the episodes that are live themselves, with their program's type and category; answers what changed. */
  showEpisodes(tx: EntityManager, programId: string, { type, category }: ProgramFacts): Promise<ChangedRow[]> {
    return query(
      tx,
      `with before as (
         select id, visible from public_documents
         where program_id = $1 and kind = 'episode' and document is not null
           and (not visible or document->>'type' is distinct from $2 or document->>'category' is distinct from $3)
         for update
       ), shown as (
         update public_documents row
         set visible = true, revision = ${nextRevision},
             document = row.document || jsonb_build_object('type', $2::text, 'category', $3::text)
         from before where row.id = before.id
         returning row.*, before.visible as "wasVisible"
       )
       select ${columns}, "wasVisible" from shown`,
      [programId, type, category],
    );
  }

  /**
   * By id, tombstones included: for building an index. A page ends before it would weigh more than some bytes as JSON,
   * but has one document at the least; `more` says whether others follow.
   */
  async list(
    db: EntityManager,
    after: string | undefined,
    limit: number,
  ): Promise<{ rows: PublicRow[]; more: boolean }> {
    // One row beyond the page tells whether there is another page. What is hidden is listed without its document, so it
    // weighs nothing.
    const found = await query<PublicRow & { found: number }>(
      db,
      `select ${columns}, found from (
         select *, count(*) over () as found, row_number() over () as position, sum(size) over (order by id) as total
         from (
           select ${listed}, coalesce(octet_length(case when visible then document::text end), 0) as size
           from public_documents where id > $1::uuid order by id limit $2::integer + 1
         ) one
       ) counted
       where position <= $2 and (position = 1 or total <= $3)
       order by id`,
      [after ?? beforeAll, limit, pageBytes],
    );
    return { rows: found.map(({ found: _, ...row }) => row), more: found.length < Number(found[0]?.found ?? 0) };
  }

  async count(db: EntityManager): Promise<{ documents: number; tombstones: number }> {
    const [counts] = await query<{ documents: number; tombstones: number }>(
      db,
      `select count(*) filter (where shown)::integer as documents,
              count(*) filter (where not shown)::integer as tombstones
       from (select visible and document is not null as shown from public_documents) each`,
    );
    return counts ?? { documents: 0, tombstones: 0 };
  }
}
