import { describe, expect, it } from '@jest/globals';
import { chooseSigner, generateSigningKey, isInUse, planRotation } from './signing-key.js';

const now = new Date('2026-03-01T12:00:00Z');
const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
const key = (name: string, createdAt: Date, retiredAt: Date | null = null) => ({ name, createdAt, retiredAt });

describe('the signing keys', () => {
  it('sign with the only key there is, however new', () => {
    expect(chooseSigner([key('first', now)], now)?.name).toBe('first');
  });

  it('let a new key sign only when every verifier has had time to read it', () => {
    const keys = [key('old', minutes(-1000)), key('new', minutes(-9))];
    expect(chooseSigner(keys, now)?.name).toBe('old');
    expect(chooseSigner(keys, minutes(1))?.name).toBe('new');
  });

  it('do not sign with a retired key', () => {
    expect(chooseSigner([key('old', minutes(-1000)), key('new', minutes(-100), minutes(-1))], now)?.name).toBe('old');
    expect(chooseSigner([key('old', minutes(-1000), now)], now)).toBeUndefined();
    expect(isInUse(key('leaving', minutes(-10), minutes(1)), now)).toBe(true);
  });

  it('retire only when the last token they signed has ended', () => {
    const { signsFrom, retireAt } = planRotation(now);
    const keys = [key('old', minutes(-1000), retireAt), key('new', now)];
    expect(chooseSigner(keys, new Date(signsFrom.getTime() - 1))?.name).toBe('old');
    expect(chooseSigner(keys, signsFrom)?.name).toBe('new');
    expect(retireAt.getTime() - signsFrom.getTime()).toBeGreaterThan(15 * 60_000);
    expect(isInUse({ retiredAt: retireAt }, new Date(retireAt.getTime() - 1))).toBe(true);
  });

  it('are RSA pairs of 2048 bits whose listed half is public', async () => {
    const { key: made, privateKey } = await generateSigningKey(now);
    expect(made.publicJwk).toEqual({
      kty: 'RSA',
      e: 'AQAB',
      n: expect.stringMatching(/^[\w-]{342}$/),
      kid: made.kid,
      alg: 'RS256',
      use: 'sig',
    });
    expect(privateKey).toContain('BEGIN PRIVATE KEY');
  });
});
