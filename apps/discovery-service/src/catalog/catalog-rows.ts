import type { PublicDocument, PublicEpisode, PublicProgram, Tombstone } from '@mediamesh/contracts';
import { facetsOf, namesOf, serialKey, slugKeys, titleBeginnings, titleKey } from './catalog-keys.js';

export type Row = Readonly<Record<string, unknown>>;

const isDocument = (stored: PublicDocument | Tombstone): stored is PublicDocument => 'localizations' in stored;

export function rowOf(stored: PublicDocument | Tombstone): { table: 'programs' | 'episodes'; row: Row } {
  if (!isDocument(stored))
    return stored.kind === 'program'
      ? { table: 'programs', row: programRow(stored) }
      : { table: 'episodes', row: episodeRow(stored) };
  return stored.kind === 'program'
    ? { table: 'programs', row: programRow(stored, stored) }
    : { table: 'episodes', row: episodeRow(stored, stored) };
}

function programRow(stored: Pick<Tombstone, 'id' | 'revision'>, document?: PublicProgram): Row {
  return {
    id: stored.id,
    revision: stored.revision,
    document: document && JSON.stringify(document),
    names: document && JSON.stringify(namesOf(document)),
    category: document?.category,
    facets: document ? facetsOf(document) : [],
    slugs: document ? slugKeys(document) : [],
    arabic_title: document && titleKey(document, 'ar'),
    english_title: document && titleKey(document, 'en'),
    released_at: document?.releasedAt,
    serial: document && document.order === 'serial',
  };
}

function episodeRow(stored: Pick<Tombstone, 'id' | 'programId' | 'revision'>, document?: PublicEpisode): Row {
  return {
    id: stored.id,
    program_id: stored.programId,
    revision: stored.revision,
    document: document && JSON.stringify(document),
    facets: document ? facetsOf(document) : [],
    season: document && serialKey(document).season,
    number: document && serialKey(document).number,
    released_at: document?.releasedAt,
  };
}

/** The values of the `titles` table, which answers searches while the search engine is unavailable. */
export const titlesOf = (
  stored: PublicDocument | Tombstone,
): { programId: string; facets: string[]; folded: string[] } => ({
  programId: 'programId' in stored ? stored.programId : stored.id,
  facets: isDocument(stored) ? facetsOf(stored) : [],
  folded: isDocument(stored) ? titleBeginnings(stored) : [],
});

/**
 * Upserts the row and its titles, unless the stored revision is as high. Parameters: the columns, `id` first, then the
 * program's id, the facets and the folded titles.
 */
export function putStatement(table: string, columns: readonly string[]): string {
  const changing = columns.filter((column) => column !== 'id').join(', ');
  const [programId, facets, folded] = [1, 2, 3].map((more) => `$${columns.length + more}`);
  return `
    with put as (
      insert into ${table} (${columns.join(', ')}) values (${columns.map((_, index) => `$${index + 1}`).join(', ')})
      on conflict (id) do update set (${changing}) = row(${changing.replace(/\w+/g, 'excluded.$&')})
      where ${table}.revision < excluded.revision
      returning id
    ), dropped as (
      delete from titles using put where titles.item_id = put.id and titles.folded <> all (${folded}::text[])
    )
    insert into titles (item_id, program_id, facets, folded)
    select put.id, ${programId}::uuid, ${facets}::text[], folded from put, unnest(${folded}::text[]) as folded
    on conflict (item_id, folded) do update set facets = excluded.facets, program_id = excluded.program_id`;
}
