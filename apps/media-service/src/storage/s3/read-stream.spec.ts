import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { readWhole } from './read-stream.js';

describe('reading what a store answers', () => {
  afterEach(() => void jest.useRealTimers());

  it('gives all of it', async () => {
    expect(String(await buffer(readWhole(Readable.from([Buffer.from('he'), Buffer.from('llo')]), 5)))).toBe('hello');
  });

  it.each(['half', 'more than all'])('fails when the store sends %s', async (text) => {
    await expect(buffer(readWhole(Readable.from([Buffer.from(text)]), 5))).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it('fails when the store breaks off', async () => {
    const body = new PassThrough();
    body.write('hel');
    const reading = buffer(readWhole(body, 5));
    await turn();
    body.destroy(new Error('socket hang up'));
    await expect(reading).rejects.toMatchObject({
      kind: 'unavailable',
      cause: expect.objectContaining({ message: 'socket hang up' }),
    });
  });

  it('fails when the store sends nothing more', async () => {
    const body = new PassThrough();
    body.write('hel');
    await expect(buffer(readWhole(body, 5, 50))).rejects.toMatchObject({ kind: 'unavailable' });
    expect(body.destroyed).toBe(true);
  });

  it('waits for slow readers as long as they like', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const chunks = Array.from({ length: 30 }, () => Buffer.alloc(64 * 1024));
    const body = Readable.from(chunks);
    const stream = readWhole(body, 30 * 64 * 1024, 20);
    let read = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (read === 0) {
        while (!body.isPaused()) await turn();
        await jest.advanceTimersByTimeAsync(60_000);
      }
      read += chunk.length;
    }
    expect(read).toBe(30 * 64 * 1024);
  });

  it('lets go of the connection when nobody reads, or reads on', async () => {
    const [unread, left] = [new PassThrough(), new PassThrough()];
    readWhole(unread, 5).destroy();
    const stream = readWhole(left, 5);
    left.write('hel');
    for await (const _ of stream) break;
    await turn();
    expect([unread.destroyed, left.destroyed]).toEqual([true, true]);
  });
});
