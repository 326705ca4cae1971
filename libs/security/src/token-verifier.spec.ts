import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { serviceTokens, userTokens } from './claims.js';
import { JwksKeys } from './jwks-keys.js';
import { TokenVerifier } from './token-verifier.js';

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const sign = (key: KeyObject, header: unknown, payload: unknown): string => {
  const content = `${encode(header)}.${encode(payload)}`;
  return `${content}.${createSign('sha256').update(content).sign(key, 'base64url')}`;
};

const id = '0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f';
const start = 1_800_000_000;
const header = { alg: 'RS256', typ: 'at+jwt', kid: 'one' };
const claims = { iss: 'mediamesh', aud: 'mediamesh', sub: id, role: 'EDITOR', iat: start, exp: start + 900, jti: 'x' };

const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
const next = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = (key: KeyObject, kid: string): Record<string, unknown> => ({
  ...key.export({ format: 'jwk' }),
  kid,
  alg: 'RS256',
  use: 'sig',
});

/** A verifier with a clock and a key set that the test turns by hand. */
function arrange() {
  const world = { now: start * 1000, keys: [jwk(ours.publicKey, 'one')] as unknown[], fetches: 0, isDown: false };
  const clock = (): number => world.now;
  const keys = new JwksKeys({
    clock,
    fetchKeys: () => {
      world.fetches += 1;
      return world.isDown ? Promise.reject(new Error('no route')) : Promise.resolve({ keys: world.keys });
    },
  });
  const users = new TokenVerifier({ kind: userTokens, keys, clock });
  const services = new TokenVerifier({ kind: serviceTokens('cms-service'), keys, clock });
  return { world, users, services };
}

const refused = { kind: 'unauthenticated', code: 'auth.invalid_token' };

describe('verifying a token of a person', () => {
  let good: string;
  beforeAll(() => {
    good = sign(ours.privateKey, header, claims);
  });

  it('answers who it is, in which role and until when', async () => {
    await expect(arrange().users.verify(good)).resolves.toEqual({ id, role: 'EDITOR', expiresAt: start + 900 });
  });

  const forged: Record<string, () => string> = {
    'no signature and alg none': () => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`,
    'alg none with the old signature': () =>
      `${encode({ ...header, alg: 'none' })}.${good.split('.').slice(1).join('.')}`,
    'an HMAC keyed with our public key': () => {
      const content = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
      return `${content}.${createHmac('sha256', ours.publicKey.export({ format: 'pem', type: 'spki' }))
        .update(content)
        .digest('base64url')}`;
    },
    'a role edited under the old signature': () =>
      good
        .split('.')
        .with(1, encode({ ...claims, role: 'ADMIN' }))
        .join('.'),
    'the key of somebody else': () => sign(foreign.privateKey, header, claims),
    'an unknown kid': () => sign(ours.privateKey, { ...header, kid: '../../dev/null' }, claims),
    'no kid': () => sign(ours.privateKey, { alg: 'RS256', typ: 'at+jwt' }, claims),
    'a key of its own in the header': () =>
      sign(foreign.privateKey, { ...header, jwk: jwk(foreign.publicKey, 'one') }, claims),
    'an address of keys in the header': () =>
      sign(ours.privateKey, { ...header, jku: 'https://evil.example/keys' }, claims),
    'a certificate address in the header': () =>
      sign(ours.privateKey, { ...header, x5u: 'https://evil.example/x' }, claims),
    'a critical extension': () => sign(ours.privateKey, { ...header, crit: ['b64'], b64: false }, claims),
    'another typ': () => sign(ours.privateKey, { ...header, typ: 'JWT' }, claims),
    'no typ': () => sign(ours.privateKey, { alg: 'RS256', kid: 'one' }, claims),
    'another issuer': () => sign(ours.privateKey, header, { ...claims, iss: 'evil' }),
    'another audience': () => sign(ours.privateKey, header, { ...claims, aud: 'cms-service' }),
    'an exp in the past': () => sign(ours.privateKey, header, { ...claims, iat: start - 2000, exp: start - 61 }),
    'an exp as text': () => sign(ours.privateKey, header, { ...claims, exp: String(start + 900) }),
    'no exp': () => sign(ours.privateKey, header, { ...claims, exp: undefined }),
    'an exp in the year 9999': () => sign(ours.privateKey, header, { ...claims, exp: 253_402_300_799 }),
    'an nbf in the future': () => sign(ours.privateKey, header, { ...claims, nbf: start + 61 }),
    'an iat in the future': () => sign(ours.privateKey, header, { ...claims, iat: start + 61 }),
    'no iat': () => sign(ours.privateKey, header, { ...claims, iat: undefined }),
    'no sub': () => sign(ours.privateKey, header, { ...claims, sub: undefined }),
    'a sub of null': () => sign(ours.privateKey, header, { ...claims, sub: null }),
    'a sub as a list': () => sign(ours.privateKey, header, { ...claims, sub: [id] }),
    'a sub that is no id': () => sign(ours.privateKey, header, { ...claims, sub: '1 or 1=1' }),
    'a role as a list': () => sign(ours.privateKey, header, { ...claims, role: ['ADMIN'] }),
    'a role nobody has': () => sign(ours.privateKey, header, { ...claims, role: 'SERVICE' }),
    'no role': () => sign(ours.privateKey, header, { ...claims, role: undefined }),
    'a payload that is no JSON': () => sign(ours.privateKey, header, 'hello'),
    'a payload that is a list': () => sign(ours.privateKey, header, [claims]),
    'one part too many': () => `${good}.e30`,
    'one part too few': () => good.split('.').slice(0, 2).join('.'),
    'three dots': () => '...',
    'padding behind the signature': () => `${good}==`,
    'the JSON form of a signature': () =>
      JSON.stringify({ protected: good.split('.')[0], payload: good.split('.')[1], signature: good.split('.')[2] }),
    'another spelling of the same signature bytes': () => respell(good),
    'sixteen kilobytes': () => sign(ours.privateKey, header, { ...claims, jti: 'x'.repeat(12_000) }),
    nothing: () => '',
  };

  it.each(Object.keys(forged))('refuses a token with %s', async (name) => {
    await expect(arrange().users.verify(forged[name]?.() ?? '')).rejects.toMatchObject(refused);
  });

  it('forgives a minute between two clocks and no more', async () => {
    const { world, users } = arrange();
    world.now = (start + 959) * 1000;
    await expect(users.verify(good)).resolves.toMatchObject({ id });
    world.now = (start + 960) * 1000;
    await expect(users.verify(good)).rejects.toMatchObject(refused);
  });

  it('looks at the end of a remembered token every time', async () => {
    const { world, users } = arrange();
    world.now = (start + 950) * 1000;
    await users.verify(good);
    await users.verify(good); // the first read of the keys made it forget what it had verified
    world.now += 12_000;
    await expect(users.verify(good)).rejects.toMatchObject(refused);
  });

  it('takes the new key and refuses the old one once the keys have changed', async () => {
    const { world, users } = arrange();
    const later = sign(next.privateKey, { ...header, kid: 'two' }, claims);
    await users.verify(good);
    world.now += 5_000;
    world.keys = [jwk(ours.publicKey, 'one'), jwk(next.publicKey, 'two')];
    await expect(users.verify(later)).resolves.toMatchObject({ id });
    await expect(users.verify(good)).resolves.toMatchObject({ id });
    world.now += 5_000;
    world.keys = [jwk(next.publicKey, 'two')];
    await expect(users.verify(sign(next.privateKey, { ...header, kid: 'three' }, claims))).rejects.toMatchObject(
      refused,
    );
    await expect(users.verify(good)).rejects.toMatchObject(refused);
    await expect(users.verify(later)).resolves.toMatchObject({ id });
  });
});

describe('verifying a token of a service', () => {
  const svc = { iss: 'mediamesh', aud: 'cms-service', sub: 'ingest-service', iat: start, exp: start + 600, jti: 'x' };
  const svcHeader = { ...header, typ: 'svc+jwt' };

  it('answers which service it is', async () => {
    await expect(arrange().services.verify(sign(ours.privateKey, svcHeader, svc))).resolves.toEqual({
      name: 'ingest-service',
      expiresAt: start + 600,
    });
  });

  it('refuses a token for another service, of an unknown service, or of a person', async () => {
    const { services } = arrange();
    await expect(
      services.verify(sign(ours.privateKey, svcHeader, { ...svc, aud: 'media-service' })),
    ).rejects.toMatchObject(refused);
    await expect(
      services.verify(sign(ours.privateKey, svcHeader, { ...svc, sub: 'evil-service' })),
    ).rejects.toMatchObject(refused);
    await expect(services.verify(sign(ours.privateKey, header, claims))).rejects.toMatchObject(refused);
    await expect(
      services.verify(sign(ours.privateKey, header, { ...claims, aud: 'cms-service' })),
    ).rejects.toMatchObject(refused);
  });

  it('never passes for a person', async () => {
    const disguised = sign(ours.privateKey, svcHeader, { ...svc, aud: 'mediamesh', sub: id, role: 'ADMIN' });
    await expect(arrange().users.verify(disguised)).rejects.toMatchObject(refused);
  });
});

/** The last character of 256 bytes in base64url has four bits nobody reads. */
function respell(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) ?? '') ^ 1];
}
