import { unauthenticated } from '@mediamesh/contracts';
import { hasExpired, issuer, type TokenKind } from './claims.js';
import type { KeySource } from './jwks-keys.js';
import { createSignatureCheck } from './signature.js';

interface TokenVerifierOptions<Claims> {
  readonly kind: TokenKind<Claims>;
  readonly keys: KeySource;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

interface CachedClaims<Claims> {
  readonly claims: Claims;
  readonly until: number;
}

const rememberMilliseconds = 30_000;
const mostRemembered = 2_000;

/**
 * Verifies one kind of token with RS256 and keys from a JWKS, never with a key from the token. The last 2,000 valid
 * tokens are cached for 30 seconds, with `exp` checked each time. The cache is cleared when the keys change.
 */
export class TokenVerifier<Claims extends { readonly expiresAt: number }> {
  private readonly readPayload: (token: string) => Promise<unknown>;
  private readonly remembered = new Map<string, CachedClaims<Claims>>();
  private generation = 0;

  constructor(private readonly options: TokenVerifierOptions<Claims>) {
    const { keys, kind } = options;
    this.readPayload = createSignatureCheck({ keys, issuer, typ: kind.typ, audience: kind.audience });
  }

  /** The claims of a valid token. Rejects with `unauthenticated`, or `unavailable` when the keys are unknown. */
  async verify(token: string): Promise<Claims> {
    const now = this.options.clock();
    const known = this.recall(token, now);
    if (known) return known;
    const claims = this.options.kind.read(await this.readPayload(token), now / 1000);
    if (!claims) throw unauthenticated('auth.invalid_token');
    this.remember(token, claims, now);
    return claims;
  }

  private recall(token: string, now: number): Claims | undefined {
    if (this.generation !== this.options.keys.generation) this.remembered.clear();
    this.generation = this.options.keys.generation;
    const known = this.remembered.get(token);
    if (!known) return undefined;
    if (now < known.until && !hasExpired(known.claims.expiresAt, now / 1000)) return known.claims;
    this.remembered.delete(token);
    return undefined;
  }

  private remember(token: string, claims: Claims, now: number): void {
    const [oldest] = this.remembered.keys();
    if (oldest !== undefined && this.remembered.size >= mostRemembered) this.remembered.delete(oldest);
    this.remembered.set(token, { claims, until: now + rememberMilliseconds });
  }
}
