import { unavailable } from '@mediamesh/contracts';
import { createContext, runInContext } from '@mediamesh/observability';
import { exportSPKI, importJWK } from 'jose';
import { z } from 'zod';

interface JwksKeysOptions {
  /** Reads the key set, from auth-service or from its own tables. */
  readonly fetchKeys: () => Promise<{ readonly keys: readonly unknown[] }>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Public keys for verification. `generation` rises when the set of keys changes. */
export interface KeySource {
  readonly generation: number;
  /** The key (PEM) with this `kid`, or `undefined`. Rejects with `unavailable` when the keys are unknown. */
  find(kid: string): Promise<string | undefined>;
}

const freshMilliseconds = 5 * 60_000;
const trustedMilliseconds = 60 * 60_000;
const pauseMilliseconds = 3_000;
const pauseAfterFailureMilliseconds = 250;

/** A usable signature key of RFC 7517. Encryption keys and symmetric keys are skipped, private parts are dropped. */
const PublicKey = z.object({
  kty: z.literal('RSA'),
  kid: z.string().min(1).max(200),
  alg: z.literal('RS256').optional(),
  use: z.literal('sig').optional(),
  key_ops: z
    .array(z.string())
    .refine((operations) => operations.includes('verify'))
    .optional(),
  n: z.string().refine((modulus) => Buffer.from(modulus, 'base64url').length >= 256),
  e: z.string().refine((exponent) => Buffer.from(exponent, 'base64url').length > 1),
});

/**
 * The public keys from auth-service. They are refreshed in the background after five minutes, and at once for an
 * unknown `kid`, but at most every three seconds (250 ms after a failure) and one request at a time. Keys that were not
 * confirmed for an hour are no longer trusted.
 */
export class JwksKeys implements KeySource {
  private keys = new Map<string, string>();
  private currentGeneration = 0;
  private confirmedAt: number | undefined;
  private triedAt = Number.NEGATIVE_INFINITY;
  private fetching: Promise<void> | undefined;
  private failure: unknown;

  constructor(private readonly options: JwksKeysOptions) {}

  get generation(): number {
    return this.currentGeneration;
  }

  async find(kid: string): Promise<string | undefined> {
    const now = this.options.clock();
    if (this.age(now) > trustedMilliseconds || !this.keys.has(kid)) await this.refresh(now);
    else if (this.age(now) > freshMilliseconds) void this.refresh(now);
    if (this.age(now) > trustedMilliseconds)
      throw unavailable('request.unavailable', { retryAfter: 1, cause: this.failure });
    return this.keys.get(kid);
  }

  /** Milliseconds since the last successful read. */
  private age(now: number): number {
    return this.confirmedAt === undefined ? Number.POSITIVE_INFINITY : now - this.confirmedAt;
  }

  /** Never rejects: the error is kept for `find`. */
  private refresh(now: number): Promise<void> {
    const pause = this.failure === undefined ? pauseMilliseconds : pauseAfterFailureMilliseconds;
    if (!this.fetching && now - this.triedAt >= pause) {
      this.triedAt = now;
      this.fetching = this.fetch(now).finally(() => (this.fetching = undefined));
    }
    return this.fetching ?? Promise.resolve();
  }

  private async fetch(now: number): Promise<void> {
    try {
      // Concurrent callers share the request, so it has a context without any caller's deadline or token.
      const { keys } = await runInContext(createContext(), this.options.fetchKeys);
      const read = await readKeys(keys);
      if (!isSameMap(read, this.keys)) {
        this.keys = read;
        this.currentGeneration += 1;
      }
      this.confirmedAt = now;
      this.failure = undefined;
    } catch (error) {
      this.failure = error;
    }
  }
}

async function readKeys(listed: readonly unknown[]): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  for (const candidate of listed) {
    const parsed = PublicKey.safeParse(candidate);
    if (!parsed.success) continue;
    const { kty, n, e, kid } = parsed.data;
    const key = await importJWK({ kty, n, e }, 'RS256', { extractable: true });
    if (!(key instanceof Uint8Array)) keys.set(kid, await exportSPKI(key));
  }
  return keys;
}

const isSameMap = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean =>
  one.size === other.size && [...one].every(([kid, key]) => other.get(kid) === key);
