import { unauthenticated, type Login, type Tokens } from '@mediamesh/contracts';
import { Logger } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { issuer, normaliseEmail, userTokens, userTokenSeconds } from '@mediamesh/security';
import { Injectable } from '@nestjs/common';
import { TokenSigner } from '../keys/token-signer.js';
import { Passwords } from '../users/passwords.js';
import { UsersRepository } from '../users/users.repository.js';

@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly signer: TokenSigner,
    private readonly logger: Logger,
  ) {}

  /** An unknown address and a wrong password give the same error after the same time. */
  async login({ email: written, password }: Login): Promise<Tokens> {
    const email = normaliseEmail(written);
    const user = email === undefined ? null : await this.users.findByEmail(this.database.db, email);
    const fits = await this.passwords.verify(user?.passwordHash, password);
    if (!user || !fits) {
      this.logger.info('A login was refused', user ? { userId: user.id } : { unknownAccount: maskEmail(email) });
      throw unauthenticated('auth.wrong_credentials');
    }
    this.logger.info('Somebody logged in', { userId: user.id, role: user.role });
    return this.signer.sign({
      typ: userTokens.typ,
      issuer,
      audience: userTokens.audience,
      subject: user.id,
      seconds: userTokenSeconds,
      claims: { role: user.role },
    });
  }
}

/** Enough to find a pattern in the log, too little to collect addresses. An invalid address may be a password. */
const maskEmail = (email: string | undefined): string =>
  email === undefined ? 'no address' : `${email.slice(0, 1)}…${email.slice(email.lastIndexOf('@'))}`;
