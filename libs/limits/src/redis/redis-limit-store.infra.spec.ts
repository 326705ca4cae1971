import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMetrics, type Metrics, silentLogger } from '@mediamesh/observability';
import { describeWithServer, eventually, freePorts, lookAt, takesLessThan } from '@mediamesh/testing';
import { Redis } from 'ioredis';
import { OwnRedises } from '../fixtures/own-redis.js';
import { untilAnswered } from '../fixtures/until-answered.js';
import { InsuredLimitStore } from '../insured-limit-store.js';
import { defaultLimits, type LimitPolicy } from '../limit-policy.js';
import { describeLimitStore } from '../limit-store.contract.js';
import { Limits } from '../limits.js';
import { RedisLimitStore } from './redis-limit-store.js';

const window: LimitPolicy = { kind: 'window', quota: 10, seconds: 60 };

describeWithServer('redis', 'counting in Redis', (url = '') => {
  const prefix = `test-${randomUUID()}:`;
  let admin: Redis;
  let store: RedisLimitStore;
  let opened: RedisLimitStore[] = [];

  const open = (address = url): RedisLimitStore => {
    const made = new RedisLimitStore({ config: { url: address, cluster: false, prefix }, logger: silentLogger });
    opened.push(made);
    return made;
  };
  const ready = (made: RedisLimitStore) =>
    eventually(
      () => made.check(),
      (problems) => problems.length === 0,
      'Redis is connected',
    );
  const keys = () => admin.keys(`${prefix}*`);

  beforeAll(async () => {
    admin = new Redis(url);
    store = open();
    await ready(store);
    opened = [];
  });
  afterEach(async () => {
    for (const made of opened.splice(0)) await made.close();
    const left = await keys();
    if (left.length > 0) await admin.del(left);
  });
  afterAll(async () => {
    await store.close();
    admin.disconnect();
  });

  // Time is the server's own: to let it pass, what is kept is moved back by as much.
  describeLimitStore('RedisLimitStore', () =>
    Promise.resolve({
      store,
      now: async () => {
        const [seconds, microseconds] = await admin.time();
        return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
      },
      pass: async (milliseconds) => {
        for (const key of await keys())
          await admin.eval(
            `local left = redis.call('PTTL', KEYS[1])
     redis.call('HINCRBYFLOAT', KEYS[1], 'until', -ARGV[1])
     if left <= tonumber(ARGV[1]) then redis.call('DEL', KEYS[1])
     else redis.call('PEXPIRE', KEYS[1], left - ARGV[1]) end`,
            1,
            key,
            milliseconds,
          );
      },
    }),
  );

  it('is exact over two processes that count at the same time', async () => {
    const other = open();
    await ready(other);
    const taken = await untilAnswered((shared) =>
      Promise.all(Array.from({ length: 200 }, (_, n) => (n % 2 ? store : other).take(shared, window))),
    );
    expect(taken.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
  });

  it('leaves nothing behind when everything is allowed again', async () => {
    await untilAnswered((brief) => store.take(brief, { kind: 'bucket', perSecond: 100, burst: 100 }));
    await eventually(keys, (left) => left.length === 0, 'the key has expired');
  });

  it('says what is wrong when nobody answers', async () => {
    const lost = open('redis://127.0.0.1:1');
    const [problem] = await lost.check();
    expect(problem).toMatchObject({
      problem: expect.stringContaining('Redis on 127.0.0.1:1 does not answer'),
      blocks: false,
    });
    await expect(lost.take('a', window)).rejects.toThrow();
  });

  it('says that a server which answers does not count: one that is full takes no writes', async () => {
    const redises = await OwnRedises.open();
    const [port = 0] = await freePorts(1);
    const full = await redises.start(port, {});
    const made = open(`redis://127.0.0.1:${port}`);
    await ready(made);
    await full.ask((client) => client.config('SET', 'maxmemory', '1'));
    expect(await lookAt(made)).toEqual([
      {
        problem: expect.stringMatching(/does not count \(.*OOM/),
        remedy: expect.stringContaining('maxmemory'),
        blocks: false,
      },
    ]);
    await full.ask((client) => client.config('SET', 'maxmemory', '0'));
    await ready(made);
    await redises.remove();
  });

  /**
   * A store behind a path that swallows everything from some moment on, as when the server's host has gone; new
   * connections reach the server.
   */
  async function openBehindPath() {
    const { hostname, port } = new URL(url);
    const sockets = new Set<Socket>();
    const path = createServer((socket) => {
      const inner = connect(Number(port), hostname);
      pipeline(socket, inner, socket, () => undefined); // a connection that ends has ended
      for (const each of [socket, inner]) sockets.add(each);
    });
    await new Promise<void>((resolve) => path.listen(0, '127.0.0.1', resolve));
    const made = open(`redis://127.0.0.1:${(path.address() as AddressInfo).port}`);
    await ready(made);
    const swallow = (): void => sockets.forEach((socket) => socket.unpipe().pause());
    const close = async (): Promise<void> => {
      await made.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => path.close(resolve));
    };
    return { made, swallow, close };
  }

  it('waits no longer than a quarter of a second for a server that stands still', async () => {
    const closing: (() => Promise<void>)[] = [];
    const openStuck = async () => {
      const { made, swallow, close } = await openBehindPath();
      closing.push(close);
      swallow();
      return made;
    };
    await takesLessThan(250, (stuck) => expect(stuck.take('a', window)).rejects.toThrow('did not answer'), openStuck);
    for (const close of closing) await close();
  });

  it('leaves a connection on which nothing comes any more for a new one', async () => {
    const { made, swallow, close } = await openBehindPath();
    swallow();
    await expect(made.take('a', window)).rejects.toThrow('did not answer');
    await eventually(
      () => made.take('a', window),
      ({ isAllowed }) => isAllowed,
      'it counts again',
    );
    await close();
  });

  it('takes an answer that came while this process was busy with something else', async () => {
    const taken = store.take('busy', window);
    await new Promise(setImmediate); // it is sent
    const until = performance.now() + 300;
    // where another process has heard a later answer, this one's has come, however busy the machine is
    const { hostname, port } = new URL(url);
    const hearAnother = `
      const socket = require('node:net').connect(${port}, '${hostname}', () => socket.write('PING\\r\\n'));
      socket.once('data', () => socket.destroy());`;
    execFileSync(process.execPath, ['-e', hearAnother], { timeout: 60_000 });
    while (performance.now() < until);
    await expect(taken).resolves.toMatchObject({ isAllowed: true });
  });

  describe('with Redis out of reach', () => {
    let metrics: Metrics;
    let limits: Limits;
    let insured: InsuredLimitStore;
    beforeEach(() => {
      metrics = createMetrics('cms-gateway');
      insured = new InsuredLimitStore({
        store: open('redis://127.0.0.1:1'),
        clock: Date.now,
        logger: silentLogger,
        metrics,
      });
      limits = new Limits({ app: 'cms-gateway', config: defaultLimits, store: insured, logger: silentLogger, metrics });
    });
    afterEach(async () => {
      await insured.close();
      await metrics.close();
    });

    it('goes on counting in the process, logins too, and says so', async () => {
      const request = {
        caller: { kind: 'anonymous' } as const,
        address: '192.0.2.1',
        body: { email: 'a@example.org' },
      };
      const statuses: (number | undefined)[] = [];
      for (let n = 0; n < 14; n += 1) statuses.push((await limits.count('login', request)).refusal?.status);
      expect(statuses).toEqual([...Array<undefined>(10).fill(undefined), 429, 429, 429, 429]);
      const text = await metrics.render();
      expect(text).toMatch(/mediamesh_limit_fallbacks\S* 2[4-8]/);
      expect(text).toMatch(/mediamesh_limit_store_away\S* 1/);
    });
  });
});
