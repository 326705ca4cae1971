import type { PublicDocument } from '@mediamesh/contracts';
import { type EntityManager, query } from '@mediamesh/postgres';
import type { ProgramFacts } from './public-document.js';

/**
 * `document` is what the item's own state makes public; its own `revision` is ignored in favour of the row's. `visible`
 * says whether it is public: an episode is only while its program is.
 */
export interface PublicRow {
  readonly id: string;
  readonly kind: 'program' | 'episode';
  readonly programId: string;
  readonly revision: number;
  readonly visible: boolean;
  readonly document: PublicDocument | null;
}

export interface ChangedRow extends PublicRow {
  readonly wasVisible: boolean;
}

/** The lowest UUID. */
const beforeAll = '00000000-0000-0000-0000-000000000000';
/** The maximum size of one page's documents, in bytes of JSON as written by PostgreSQL. */
const pageBytes = 4_000_000;
const listed = 'id, kind, program_id, revision, visible, case when visible then document end as document';

const columns = 'id, kind, program_id as "programId", revision::float8 as revision, visible, document';
/** Rises by at least one and is at least the clock in ms, so that consumers accept revisions of a restored database. */
const nextRevision = 'greatest(row.revision + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)';

/** The public documents, each with the revision that orders its events. */
export class PublicDocumentsRepository {
  findMany(db: EntityManager, ids: readonly string[]): Promise<PublicRow[]> {
    return query<PublicRow>(db, `select ${columns} from public_documents where id = any($1)`, [ids]);
  }

  /** Stores documents whose revision is still the one read (0: none). Returns them with their new revision. */
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
    // the caller has the documents, so the database does not send them back
    return saved.map(({ id, revision }) => ({ ...(byId.get(id) as PublicRow), revision }));
  }

  /** Hides a program's visible episodes and returns them. `forget` deletes their documents too. */
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

  /** Shows a program's live episodes, with its type and category. Returns those that changed. */
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

  /** One page by id with tombstones, to build an index. A page ends at {@link pageBytes} but has at least one row. */
  async list(
    db: EntityManager,
    after: string | undefined,
    limit: number,
  ): Promise<{ rows: PublicRow[]; more: boolean }> {
    // one row beyond the page tells whether more follow; a hidden row has no document and weighs nothing
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
