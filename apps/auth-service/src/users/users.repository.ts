import { query, type EntityManager } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { UserEntity, type UserRow } from './user.entity.js';

/** The unique constraint on the address. */
export const emailKey = 'users_email_key';

@Injectable()
export class UsersRepository {
  find(db: EntityManager, id: string): Promise<UserRow | null> {
    return db.findOneBy(UserEntity, { id });
  }

  /** By the normalised address. */
  findByEmail(db: EntityManager, email: string): Promise<UserRow | null> {
    return db.findOneBy(UserEntity, { email });
  }

  async insert(tx: EntityManager, user: UserRow): Promise<void> {
    await tx.insert(UserEntity, user);
  }

  async setAccess(
    tx: EntityManager,
    id: string,
    access: Pick<UserRow, 'role' | 'passwordHash' | 'updatedAt'>,
  ): Promise<void> {
    await tx.update(UserEntity, { id }, access);
  }

  /** Lets instances that start together create accounts one after another. Held until the end of the transaction. */
  async lockSetup(tx: EntityManager): Promise<void> {
    await query(tx, `select pg_advisory_xact_lock(hashtextextended('auth-service.users', 0))`);
  }
}
