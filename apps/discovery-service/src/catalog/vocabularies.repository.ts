import type { Category } from '@mediamesh/contracts';
import { type EntityManager, execute, query } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';

@Injectable()
export class VocabulariesRepository {
  /** Stores a vocabulary unless the stored version is as high. */
  async put(tx: EntityManager, name: string, version: number, items: readonly Category[]): Promise<void> {
    await execute(
      tx,
      `insert into vocabularies (name, version, items) values ($1, $2, $3)
       on conflict (name) do update set version = excluded.version, items = excluded.items
       where vocabularies.version < excluded.version`,
      [name, version, JSON.stringify(items)],
    );
  }

  /** The entries in their order; empty before the first event. */
  async read(db: EntityManager, name: string): Promise<Category[]> {
    const [row] = await query<{ items: Category[] }>(db, 'select items from vocabularies where name = $1', [name]);
    return row?.items ?? [];
  }
}
