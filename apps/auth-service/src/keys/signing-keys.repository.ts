import { query, type EntityManager } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { SigningKeyEntity, type SigningKeyRow } from './signing-key.entity.js';

@Injectable()
export class SigningKeysRepository {
  list(db: EntityManager): Promise<SigningKeyRow[]> {
    return db.find(SigningKeyEntity, { order: { createdAt: 'ASC' } });
  }

  async insert(tx: EntityManager, key: SigningKeyRow): Promise<void> {
    await tx.insert(SigningKeyEntity, key);
  }

  /** Retires all keys but one at the given time, unless they retire earlier. Returns those that do so then. */
  retireOthers(tx: EntityManager, kid: string, at: Date): Promise<{ kid: string }[]> {
    return query(
      tx,
      `update signing_keys
       set retired_at = $2
       where kid <> $1 and (retired_at is null or retired_at > $2)
       returning kid`,
      [kid, at],
    );
  }

  /** Lets instances that start together create only one first key. Held until the end of the transaction. */
  async lockSetup(tx: EntityManager): Promise<void> {
    await query(tx, `select pg_advisory_xact_lock(hashtextextended('auth-service.signing_keys', 0))`);
  }
}
