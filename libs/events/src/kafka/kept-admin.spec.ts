import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import type { Admin } from 'kafkajs';
import { KeptAdmin } from './kept-admin.js';

/** Brokers to which connections are made and closed, in the order of the lists. */
class Brokers {
  readonly opened: number[] = [];
  readonly closed: number[] = [];
  away = false;
  silent = false;

  admin = (): Admin => {
    const nth = this.opened.push(this.opened.length);
    return {
      connect: () => (this.away ? Promise.reject(new Error('connection refused')) : Promise.resolve()),
      disconnect: () => (this.silent ? new Promise(() => undefined) : Promise.resolve(void this.closed.push(nth - 1))),
      listTopics: () => Promise.resolve([`by ${nth - 1}`]),
    } as unknown as Admin;
  };
}

describe('a connection for administration that is kept', () => {
  const arrange = () => {
    const brokers = new Brokers();
    return { brokers, kept: new KeptAdmin(brokers, silentLogger) };
  };
  const ask = (kept: KeptAdmin) => kept.use((admin) => admin.listTopics());

  it('is one for all who ask, also at once, and is closed at the end', async () => {
    const { brokers, kept } = arrange();
    await Promise.all([ask(kept), ask(kept)]);
    expect(await ask(kept)).toEqual(['by 0']);
    await kept.close();
    expect(brokers).toMatchObject({ opened: [0], closed: [0] });
    await expect(ask(kept)).rejects.toThrow('The bus is closed');
  });

  it('gives way to a fresh one after something failed on it, or when it could not be made', async () => {
    const { brokers, kept } = arrange();
    await ask(kept);
    await expect(kept.use(() => Promise.reject(new Error('the broker was restarted')))).rejects.toThrow('restarted');
    brokers.away = true;
    await expect(ask(kept)).rejects.toThrow('connection refused');
    brokers.away = false;
    expect(await ask(kept)).toEqual(['by 2']);
    await kept.close();
    expect(brokers.closed).toEqual([0, 1, 2]);
  });

  it('holds up nobody who closes it while brokers are silent', async () => {
    const { brokers, kept } = arrange();
    await ask(kept);
    brokers.silent = true;
    await kept.close();
    expect(brokers.closed).toEqual([]);
  });
});
