import { conflict, invalid, unauthenticated, userRegistered, type CreateUser, type User } from '@mediamesh/contracts';
import { Logger } from '@mediamesh/observability';
import { Outbox } from '@mediamesh/outbox';
import { Database, uniqueViolation, type EntityManager } from '@mediamesh/postgres';
import { normaliseEmail } from '@mediamesh/security';
import { Injectable } from '@nestjs/common';
import { randomUUIDv7 } from 'node:crypto';
import type { ConfiguredAccount } from '../auth-config.js';
import { Passwords } from './passwords.js';
import type { UserRow } from './user.entity.js';
import { emailKey, UsersRepository } from './users.repository.js';

@Injectable()
export class UsersService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly outbox: Outbox,
    private readonly logger: Logger,
  ) {}

  /** Refuses an invalid address, or one that already has an account. */
  async create({ email: written, password, role, name }: CreateUser): Promise<User> {
    const email = normaliseEmail(written);
    if (email === undefined) throw invalid({ pointer: '/email', code: 'user.email_malformed' });
    const passwordHash = await this.passwords.hash(password);
    try {
      const user = await this.database.transaction((tx) =>
        this.register(tx, { email, name: name ?? null, role, passwordHash }),
      );
      this.logger.info('An account was made', { userId: user.id, role });
      return present(user);
    } catch (error) {
      throw uniqueViolation(error) === emailKey ? conflict('user.email_taken', { cause: error }) : error;
    }
  }

  /** A token can outlive its account by minutes; it is then refused. */
  async get(id: string): Promise<User> {
    const user = await this.users.find(this.database.db, id);
    if (!user) throw unauthenticated('auth.invalid_token');
    return present(user);
  }

  /** Creates a configured account, or updates its role and password to the configuration. */
  async ensure({ email, password, role }: ConfiguredAccount): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.users.lockSetup(tx);
      const known = await this.users.findByEmail(tx, email);
      if (known?.role === role && (await this.passwords.verify(known.passwordHash, password))) return;
      const passwordHash = await this.passwords.hash(password);
      if (known) await this.users.setAccess(tx, known.id, { role, passwordHash, updatedAt: new Date() });
      else await this.register(tx, { email, name: null, role, passwordHash });
      this.logger.info(known ? 'A configured account was brought in line' : 'A configured account was made', { role });
    });
  }

  private async register(
    tx: EntityManager,
    account: Pick<UserRow, 'email' | 'name' | 'role' | 'passwordHash'>,
  ): Promise<UserRow> {
    const now = new Date();
    const user = { ...account, id: randomUUIDv7(), createdAt: now, updatedAt: now };
    await this.users.insert(tx, user);
    await this.outbox.append(tx, userRegistered, { userId: user.id, role: user.role });
    return user;
  }
}

/** The public part of an account, without the hash. */
const present = ({ id, email, name, role, createdAt }: UserRow): User => ({
  id,
  email,
  name,
  role,
  createdAt: createdAt.toISOString(),
});
