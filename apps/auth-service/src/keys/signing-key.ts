import { generateKeyPair, randomUUIDv7 } from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, importSPKI, type JWK } from 'jose';

/** Milliseconds after which every verifier has read a new key. Only then does it sign. */
const published = 10 * 60_000;
/** The longest lifetime of a token plus the clock leeway, in milliseconds. */
const longestToken = 16 * 60_000;

export interface SigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly createdAt: Date;
  /** From then on the key neither signs nor verifies. */
  readonly retiredAt: Date | null;
}

/** A new RSA key pair of 2048 bits. The private key is PEM (PKCS #8). */
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

/** The newest key that every verifier knows, else the oldest. `undefined` when every key is retired. */
export function chooseSigner<K extends Pick<SigningKey, 'createdAt' | 'retiredAt'>>(
  keys: readonly K[],
  now: Date,
): K | undefined {
  const usable = keys
    .filter((key) => isInUse(key, now))
    .toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
  return usable.findLast((key) => now.getTime() - key.createdAt.getTime() >= published) ?? usable[0];
}

/** When a key made now starts to sign, and when older keys may retire: when all tokens they signed have expired. */
export function planRotation(now: Date): { readonly signsFrom: Date; readonly retireAt: Date } {
  const signsFrom = new Date(now.getTime() + published);
  // instances switch to the new key at different moments
  return { signsFrom, retireAt: new Date(signsFrom.getTime() + longestToken) };
}
