import type { KeyRotation } from '@mediamesh/contracts';
import { Logger } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { JWK } from 'jose';
import { KeyBox } from './key-box.js';
import type { SigningKeyRow } from './signing-key.entity.js';
import { chooseSigner, generateSigningKey, isInUse, planRotation } from './signing-key.js';
import { SigningKeysRepository } from './signing-keys.repository.js';

export interface Signer {
  readonly kid: string;
  /** PEM (PKCS #8). */
  readonly privateKey: string;
}

/** How long keys are cached, in milliseconds. */
const freshMilliseconds = 60_000;

/** The keys that sign tokens. The first is created at the first start. Instances share them through the database. */
@Injectable()
export class SigningKeysService implements OnModuleInit {
  private keys: readonly SigningKeyRow[] = [];
  private readAt = Number.NEGATIVE_INFINITY;
  private readonly opened = new Map<string, string>();

  constructor(
    private readonly database: Database,
    private readonly repository: SigningKeysRepository,
    private readonly box: KeyBox,
    private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.database.transaction(async (tx) => {
      await this.repository.lockSetup(tx);
      const keys = await this.repository.list(tx);
      if (chooseSigner(keys, new Date())) return;
      const { key, privateKey } = await generateSigningKey(new Date());
      await this.repository.insert(tx, { ...key, privateBox: this.box.lock(key.kid, privateKey) });
      this.logger.info('A signing key was made', { kid: key.kid });
    });
    await this.signer();
  }

  /** The new key signs once every verifier knows it. The others retire when all tokens they signed have expired. */
  async rotate(): Promise<KeyRotation> {
    const now = new Date();
    const { signsFrom, retireAt } = planRotation(now);
    return this.database.transaction(async (tx) => {
      await this.repository.lockSetup(tx);
      const { key, privateKey } = await generateSigningKey(now);
      await this.repository.insert(tx, { ...key, privateBox: this.box.lock(key.kid, privateKey) });
      const retired = await this.repository.retireOthers(tx, key.kid, retireAt);
      this.logger.info('The signing key was rotated', {
        kid: key.kid,
        signsFrom: signsFrom.toISOString(),
        retires: retired.map(({ kid }) => kid),
      });
      return {
        kid: key.kid,
        signsFrom: signsFrom.toISOString(),
        retires: retired.map(({ kid }) => ({ kid, at: retireAt.toISOString() })),
      };
    });
  }

  /** The public keys in use, without the cache. */
  async listPublic(): Promise<JWK[]> {
    await this.read();
    return this.keys.filter((key) => isInUse(key, new Date())).map(({ publicJwk }) => publicJwk);
  }

  async signer(): Promise<Signer> {
    if (performance.now() - this.readAt > freshMilliseconds) await this.read();
    const key = chooseSigner(this.keys, new Date());
    if (!key) throw new Error('Every signing key is retired');
    return { kid: key.kid, privateKey: this.open(key) };
  }

  private async read(): Promise<void> {
    this.keys = await this.repository.list(this.database.db);
    this.readAt = performance.now();
  }

  private open({ kid, privateBox }: SigningKeyRow): string {
    const known = this.opened.get(kid);
    if (known !== undefined) return known;
    try {
      const opened = this.box.open(kid, privateBox);
      this.opened.set(kid, opened);
      return opened;
    } catch (cause) {
      throw new Error(
        'AUTH_KEY_SECRET does not open the signing keys in the database: set the one they were made with',
        { cause },
      );
    }
  }
}
