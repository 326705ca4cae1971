// apps/cms-service/src/proof.ts
// mediamesh/one-database-handle: Inside a transaction only its own handle may be used: pass `tx` on instead of `this.database`
import { type Database, query } from '@mediamesh/postgres';

export class ProgramsRepository {
  constructor(private readonly database: Database) {}

  rename(id: string): Promise<void> {
    return this.database.transaction(async (tx) => {
      await query(tx, 'select 1 from programs where id = $1', [id]);
      await this.database.query('delete from programs');
    });
  }
}
