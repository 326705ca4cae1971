// apps/cms-service/src/proof.ts
// mediamesh/one-database-handle: Inside a transaction only its own handle may be used: pass `tx` on instead of `database.db`
import { type Database, query } from '@mediamesh/postgres';

export const rename = (database: Database): Promise<unknown> => database.transaction((tx) => Promise.all([query(tx, 'select 1'), query(database.db, 'select 2')]));
