// apps/cms-service/src/proof.ts
// mediamesh/one-database-handle: Inside a transaction only its own handle may be used: pass `tx` on instead of `db`
import { type Database, query } from '@mediamesh/postgres';

export function rename(database: Database): Promise<unknown> {
  const { db } = database;
  return database.transaction((tx) => Promise.all([query(tx, 'select 1'), query(db, 'select 2')]));
}
