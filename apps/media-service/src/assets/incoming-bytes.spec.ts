import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { discardRest, takeBytes } from './incoming-bytes.js';

const calm = { windowMs: 60_000, minimumBytes: 1 };
const take = async (source: Readable, { maximumBytes = 100, pace = calm, hash = createHash('sha256') } = {}) =>
  Buffer.concat(await Array.fromAsync(takeBytes(source, { maximumBytes, pace, hash }))).toString();

describe('takeBytes', () => {
  it('hands on every byte and hashes it', async () => {
    const hash = createHash('sha256');
    expect(await take(Readable.from([Buffer.from('abc'), Buffer.from('def')]), { hash })).toBe('abcdef');
    expect(hash.digest('hex')).toBe(createHash('sha256').update('abcdef').digest('hex'));
  });

  it('refuses the first byte too many and leaves the source open for the answer', async () => {
    const source = new PassThrough();
    source.write('x'.repeat(101));
    await expect(take(source)).rejects.toMatchObject({ kind: 'tooLarge' });
    expect(source.destroyed).toBe(false);
    source.destroy();
  });

  it('refuses a source that drips, also in the middle', async () => {
    const source = new PassThrough();
    source.write('begins well');
    await expect(take(source, { pace: { windowMs: 20, minimumBytes: 5 } })).rejects.toMatchObject({ kind: 'timeout' });
    expect(source.destroyed).toBe(false);
    source.destroy();
  });

  it('refuses a source that breaks off', async () => {
    const source = new PassThrough();
    source.write('abc');
    setImmediate(() => source.destroy(new Error('aborted')));
    await expect(take(source)).rejects.toMatchObject({ kind: 'malformed' });
  });
});

describe('discardRest', () => {
  it('reads what comes after a refusal', async () => {
    const source = new PassThrough();
    source.write('drip');
    await expect(take(source, { pace: { windowMs: 20, minimumBytes: 5 } })).rejects.toMatchObject({ kind: 'timeout' });
    discardRest(source);
    source.end('more');
    await new Promise((resolve) => source.once('end', resolve));
  });

  it('reads what still comes, so that the sender hears the refusal', async () => {
    const source = new PassThrough();
    source.write('rest');
    discardRest(source);
    source.end('more');
    await new Promise((resolve) => source.once('end', resolve));
    expect(source.readableEnded).toBe(true);
  });
});
