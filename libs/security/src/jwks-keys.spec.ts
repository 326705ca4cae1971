import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { JwksKeys } from './jwks-keys.js';

const pair = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength });
const ours = pair();
const jwk = (kid: string, more: object = {}): object => ({ ...ours.publicKey.export({ format: 'jwk' }), kid, ...more });
const minutes = 60_000;

function arrange(keys: unknown[]) {
  const world = { now: 1_000_000, keys, fetches: 0, isDown: false };
  const source = new JwksKeys({
    clock: () => world.now,
    fetchKeys: async () => {
      world.fetches += 1;
      await Promise.resolve();
      if (world.isDown) throw new Error('no route');
      return { keys: world.keys };
    },
  });
  return { world, source };
}

describe('the public keys of the mesh', () => {
  it('are read once for many who ask at the same time', async () => {
    const { world, source } = arrange([jwk('one')]);
    const found = await Promise.all(Array.from({ length: 20 }, () => source.find('one')));
    expect(new Set(found).size).toBe(1);
    expect(found[0]).toContain('BEGIN PUBLIC KEY');
    expect(world.fetches).toBe(1);
  });

  it('are not read again for every unknown kid', async () => {
    const { world, source } = arrange([jwk('one')]);
    await source.find('one');
    for (let guess = 0; guess < 50; guess += 1) expect(await source.find(`guess-${guess}`)).toBeUndefined();
    expect(world.fetches).toBe(1);
    world.now += 3_000;
    await source.find('guess');
    expect(world.fetches).toBe(2);
  });

  it('cannot be known while nobody answers, and are known as soon as somebody does', async () => {
    const { world, source } = arrange([jwk('one')]);
    world.isDown = true;
    await expect(source.find('one')).rejects.toMatchObject({ kind: 'unavailable' });
    world.isDown = false;
    world.now += 300;
    await expect(source.find('one')).resolves.toContain('PUBLIC KEY');
  });

  it('are trusted for an hour while auth-service is away, then no longer', async () => {
    const { world, source } = arrange([jwk('one')]);
    await source.find('one');
    world.isDown = true;
    world.now += 59 * minutes;
    await expect(source.find('one')).resolves.toContain('PUBLIC KEY');
    world.now += 2 * minutes;
    await expect(source.find('one')).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('drop a retired key in the background after five minutes', async () => {
    const { world, source } = arrange([jwk('one'), jwk('two')]);
    await source.find('one');
    const before = source.generation;
    world.keys = [jwk('two')];
    world.now += 6 * minutes;
    await source.find('one');
    await source.find('someone else');
    expect(source.generation).toBe(before + 1);
    expect(await source.find('one')).toBeUndefined();
  });

  const unusable: Record<string, unknown> = {
    'a symmetric key': { kty: 'oct', k: 'c2VjcmV0', kid: 'bad', alg: 'HS256' },
    'a key for encryption': jwk('bad', { use: 'enc' }),
    'a key for another algorithm': jwk('bad', { alg: 'RS512' }),
    'a key that only signs': jwk('bad', { key_ops: ['sign'] }),
    'a key of 1024 bits': { ...pair(1024).publicKey.export({ format: 'jwk' }), kid: 'bad' },
    'a key with exponent one': jwk('bad', { e: 'AQ' }),
    'a key without kid': { ...ours.publicKey.export({ format: 'jwk' }) },
    'no key at all': 'bad',
  };

  it.each(Object.keys(unusable))('pass over %s and keep the good one', async (name) => {
    const { source } = arrange([unusable[name], jwk('one')]);
    expect(await source.find('one')).toContain('PUBLIC KEY');
    expect(await source.find('bad')).toBeUndefined();
  });
});
