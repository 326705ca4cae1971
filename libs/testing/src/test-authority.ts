import { generateKeyPairSync, type KeyObject, randomUUIDv7 } from 'node:crypto';
import type { ServiceName, UserRole } from '@mediamesh/contracts';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';

export interface TestUser {
  readonly id: string;
  readonly role: UserRole;
}

/** Issues tokens as auth-service does, with its own keys, so that the app under test really verifies them. */
export class TestAuthority {
  private readonly key: KeyObject;
  private readonly public: KeyObject;
  readonly kid = 'test';

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.key = privateKey;
    this.public = publicKey;
  }

  async keys(): Promise<{ keys: Record<string, unknown>[] }> {
    return { keys: [{ ...(await exportJWK(this.public)), kid: this.kid, alg: 'RS256', use: 'sig' }] };
  }

  userToken({ id, role }: TestUser): Promise<string> {
    return this.sign({ typ: 'at+jwt' }, { sub: id, role, aud: 'mediamesh' }, 900);
  }

  serviceToken(service: ServiceName, audience: string): Promise<string> {
    return this.sign({ typ: 'svc+jwt' }, { sub: service, aud: audience }, 600);
  }

  /** Signs any token, for tests of invalid ones. Expires after `seconds`. */
  sign(header: { typ: string }, claims: JWTPayload & Record<string, unknown>, seconds: number): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: this.kid, ...header })
      .setIssuer('mediamesh')
      .setIssuedAt()
      .setJti(randomUUIDv7())
      .setExpirationTime(`${seconds}s`)
      .sign(this.key);
  }
}
