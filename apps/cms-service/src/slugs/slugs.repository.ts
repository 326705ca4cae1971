import { type EntityManager, execute, query } from '@mediamesh/postgres';
import { foldSlug } from '@mediamesh/text';
import type { Item, ItemKind } from '../items/item.js';
import { heldSlugs, numberedStems, SlugHolders, type Wish } from './slug-choice.js';

/** Programs compete with each other; episodes within their program. */
const nil = '00000000-0000-0000-0000-000000000000';
export const slugScope = (kind: ItemKind, programId: string): string => (kind === 'program' ? nil : programId);

/** Who holds which slug. */
export class SlugsRepository {
  /** Who holds the wished slugs (folded), and those that are the same but for a number. */
  async holders(db: EntityManager, scope: string, wishes: readonly Wish[]): Promise<SlugHolders> {
    interface Held {
      folded: string;
      item_id: string;
    }
    const bases = [...new Set(wishes.map(({ slug }) => foldSlug(slug)))];
    const exact = await query<Held>(db, 'select folded, item_id from slugs where scope = $1 and folded = any($2)', [
      scope,
      bases,
    ]);
    const taken = new Set(exact.map(({ folded }) => folded));
    const stems = new Set(
      wishes.filter(({ slug }) => taken.has(foldSlug(slug))).flatMap(({ slug }) => numberedStems(slug)),
    );
    // only slugs that are taken need to know their numbered neighbours; '.' is the byte after '-'
    const near =
      exact.length === 0
        ? []
        : await query<Held>(
            db,
            `select slug.folded, slug.item_id from unnest($2::text[]) as stem(folded)
       join slugs slug on slug.scope = $1 and slug.folded >= stem.folded || '-' and slug.folded < stem.folded || '.'`,
            [scope, [...stems]],
          );
    return new SlugHolders(new Map([...exact, ...near].map(({ folded, item_id }) => [folded, item_id])));
  }

  /** Waits for its turn to choose within a scope, which lasts as long as the transaction. */
  async queue(tx: EntityManager, scope: string): Promise<void> {
    await query(tx, `select pg_advisory_xact_lock(hashtextextended('slugs ' || $1, 0))`, [scope]);
  }

  /** Takes the slugs of new items; a unique violation tells that somebody was quicker. */
  async insert(tx: EntityManager, items: readonly Item[]): Promise<void> {
    if (items.length === 0) return;
    const rows = items.flatMap((item) =>
      heldSlugs(item).map((folded) => ({ scope: slugScope(item.kind, item.programId), folded, item_id: item.id })),
    );
    await execute(
      tx,
      'insert into slugs (scope, folded, item_id) select scope, folded, item_id from jsonb_to_recordset($1::jsonb) as row(scope uuid, folded text, item_id uuid)',
      [JSON.stringify(rows)],
    );
  }

  /** Takes what items now need and lets go of what they no longer do; a unique violation as above. */
  async replace(tx: EntityManager, items: readonly Item[]): Promise<void> {
    if (items.length === 0) return;
    const rows = JSON.stringify(
      items.flatMap((item) =>
        heldSlugs(item).map((folded) => ({ scope: slugScope(item.kind, item.programId), folded, item_id: item.id })),
      ),
    );
    const held = 'jsonb_to_recordset($1::jsonb) as held(scope uuid, folded text, item_id uuid)';
    const same = 'slug.scope = held.scope and slug.folded = held.folded and slug.item_id = held.item_id';
    await execute(
      tx,
      `delete from slugs slug where item_id = any($2) and not exists (select from ${held} where ${same})`,
      [rows, items.map(({ id }) => id)],
    );
    await execute(
      tx,
      `insert into slugs (scope, folded, item_id) select scope, folded, item_id from ${held} where not exists (select from slugs slug where ${same})`,
      [rows],
    );
  }
}
