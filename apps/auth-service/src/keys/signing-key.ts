import { generateKeyPair, randomUUIDv7 } from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, importSPKI, type JWK } from 'jose';

/** Verifiers read the keys at least this often, in milliseconds; a key signs only when all of them know it. */
const published = 10 * 60_000;
/** The longest life of a token, and a margin for clocks, in milliseconds. */
const longestToken = 16 * 60_000;

export interface SigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly createdAt: Date;
  /** From then on it neither signs nor verifies. */
  readonly retiredAt: Date | null;
}

/** A new RSA pair of 2048 bits. The private half is PEM (PKCS #8). */
export async function generateSigningKey(now: Date): Promise<{ key: SigningKey; privateKey: string }> {
  const pair = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const kid = randomUUIDv7();
  const publicJwk = {
    ...(await exportJWK(await importSPKI(pair.publicKey, 'RS256', { extractable: true }))),
    kid,
    alg: 'RS256',
    use: 'sig',
  };
  return { key: { kid, publicJwk, createdAt: now, retiredAt: null }, privateKey: pair.privateKey };
}

export const isInUse = (key: Pick<SigningKey, 'retiredAt'>, now: Date): boolean =>
  key.retiredAt === null || key.retiredAt > now;

/**
 * The key that signs: the newest that every verifier has had time to read, else the oldest. `undefined` when none is in
 * use.
 */
export function chooseSigner<K extends Pick<SigningKey, 'createdAt' | 'retiredAt'>>(
  keys: readonly K[],
  now: Date,
): K | undefined {
  const usable = keys
    .filter((key) => isInUse(key, now))
    .toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  return usable.findLast((key) => now.getTime() - key.createdAt.getTime() >= published) ?? usable[0];
}

/** When a key made now begins to sign, and when those before it may retire: nothing they signed is valid then. */
export function planRotation(now: Date): { readonly signsFrom: Date; readonly retireAt: Date } {
  const signsFrom = new Date(now.getTime() + published);
  // instances notice the new key at different moments
  return { signsFrom, retireAt: new Date(signsFrom.getTime() + longestToken) };
}
