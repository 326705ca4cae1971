import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMetrics, type Metrics, silentLogger } from '@mediamesh/observability';
import { describeWithServer, eventually, watchForPauses } from '@mediamesh/testing';
import { type OwnRedis, OwnRedises, startCluster } from '../fixtures/own-redis.js';
import { keepLines } from '../fixtures/kept-lines.js';
import { untilAnswered } from '../fixtures/until-answered.js';
import { InsuredLimitStore } from '../insured-limit-store.js';
import type { LimitPolicy } from '../limit-policy.js';
import { describeLimitStore } from '../limit-store.contract.js';
import { RedisLimitStore } from './redis-limit-store.js';

const password = 'hush%hush';
const prefix = 'test:';
const plenty: LimitPolicy = { kind: 'window', quota: 1_000_000, seconds: 60 };
const window: LimitPolicy = { kind: 'window', quota: 10, seconds: 60 };

// Where a Redis is named, some of our own can be had too.
describeWithServer('redis', 'counting in a cluster of Redis', () => {
  let redises: OwnRedises;
  let nodes: OwnRedis[];
  let copy: OwnRedis;
  let store: RedisLimitStore;
  const lines = keepLines();

  const open = (secret = password) => {
    const config = {
      url: `redis://limits:${encodeURIComponent(secret)}@127.0.0.1:${nodes[1]?.port}`,
      cluster: true,
      prefix,
    };
    return new RedisLimitStore({ config, logger: lines.logger });
  };
  const connected = (made: RedisLimitStore) =>
    eventually(
      () => made.check(),
      (problems) => problems.length === 0,
      'the cluster is connected',
    );
  const keysOf = (node: OwnRedis) => node.ask((client) => client.keys(`${prefix}*`));
  /** One try for each of sixty keys, which lie on all nodes; how many got an answer. */
  const tryAll = async (of: RedisLimitStore | InsuredLimitStore = store) =>
    (await Promise.allSettled(Array.from({ length: 60 }, (_, n) => of.take(`key ${n}`, plenty)))).filter(
      ({ status }) => status === 'fulfilled',
    ).length;

  beforeAll(async () => {
    redises = await OwnRedises.open();
    ({ nodes, copy } = await startCluster(redises, password));
    store = open();
    await connected(store);
  });
  afterAll(async () => {
    await store.close();
    await redises.remove();
  });

  // Time is the servers' own: to let it pass, what is kept is moved back by as much.
  describeLimitStore('RedisLimitStore on a cluster', () =>
    Promise.resolve({
      store,
      now: () =>
        nodes[0]?.ask(async (client) => {
          const [seconds, microseconds] = await client.time();
          return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
        }) ?? Promise.resolve(0),
      pass: (milliseconds) => moveBack(nodes, milliseconds),
    }),
  );

  it('counts on every node, by the user and the password of the one address it was given', async () => {
    for (const node of nodes) await node.ask((client) => client.flushall());
    await eventually(tryAll, (answered) => answered === 60, 'all are counted');
    const found = await Promise.all(nodes.map(keysOf));
    for (const keys of found) expect(keys.length).toBeGreaterThan(0);
    expect(found.flat()).toHaveLength(60);
  });

  it('is exact over two processes that count at the same time', async () => {
    const other = open();
    await connected(other);
    const taken = await untilAnswered((shared) =>
      Promise.all(Array.from({ length: 200 }, (_, n) => (n % 2 ? store : other).take(shared, window))),
    );
    expect(taken.filter(({ isAllowed }) => isAllowed)).toHaveLength(10);
    await other.close();
  });

  it('says why it is not let in, without the password', async () => {
    const stranger = open('wrong');
    const problems = await eventually(
      () => stranger.check(),
      ([first]) => first?.problem.includes('WRONGPASS') ?? false,
      'the reason is known',
    );
    expect(problems).toEqual([
      expect.objectContaining({ blocks: false, remedy: expect.stringContaining('REDIS_URL') }),
    ]);
    expect(JSON.stringify(problems)).not.toContain('wrong@');
    expect(lines.text()).toContain('Redis is away');
    expect(lines.text()).not.toMatch(/"wrong"|:wrong|hush/);
    await stranger.close();
  });

  it('goes on with the copy of a node that hangs', async () => {
    const [first] = nodes;
    await eventually(tryAll, (answered) => answered === 60, 'all nodes answer');
    first?.process.freeze();
    await eventually(tryAll, (answered) => answered === 60, 'the copy has taken over');
    expect(await keysOf(copy)).not.toEqual([]);
    first?.process.continue();
    await eventually(tryAll, (answered) => answered === 60, 'all is as before');
  });

  describe('that has lost a node and its slots', () => {
    let metrics: Metrics;
    let insured: InsuredLimitStore;
    beforeEach(() => {
      metrics = createMetrics('cms-gateway');
      insured = new InsuredLimitStore({ store, clock: Date.now, logger: silentLogger, metrics });
    });
    afterEach(async () => {
      await insured.close();
      await metrics.close();
    });

    it('answers within a quarter of a second from the process, says so, and recovers with the node', async () => {
      const last = nodes.at(-1);
      await last?.process.kill();
      const answer = async () => {
        const began = performance.now();
        const countKept = watchForPauses();
        const answered = await tryAll(insured);
        const taken = performance.now() - began - countKept();
        expect(answered).toBe(60);
        return taken;
      };
      const times: number[] = [];
      const isTold = async () => (times.push(await answer()), (await store.check())[0]?.problem ?? '');
      await eventually(isTold, (problem) => /\d+ of 16384 slots/.test(problem), 'it says what is missing');
      for (let n = 0; n < 5; n += 1) times.push(await answer());
      // of sixty at once the slowest, as a rule: a busy machine may be late itself
      expect(times.sort((one, other) => one - other)[Math.floor(times.length / 2)]).toBeLessThan(250);
      expect(lines.text()).toContain(
        `A node of Redis is away {"host":"127.0.0.1:${nodes[1]?.port}","node":"127.0.0.1:${last?.port}","reason":"`,
      );
      expect(await metrics.render()).toMatch(/mediamesh_limit_fallbacks\S* [1-9]/);
      await last?.start();
      await eventually(tryAll, (answered) => answered === 60, 'every node counts again');
      await connected(store);
    });
  });
});

const moveBack = async (nodes: readonly OwnRedis[], milliseconds: number): Promise<void> => {
  const script = `local left = redis.call('PTTL', KEYS[1])
     redis.call('HINCRBYFLOAT', KEYS[1], 'until', -ARGV[1])
     if left <= tonumber(ARGV[1]) then redis.call('DEL', KEYS[1])
     else redis.call('PEXPIRE', KEYS[1], left - ARGV[1]) end`;
  await Promise.all(
    nodes.map((node) =>
      node.ask(async (client) => {
        for (const key of await client.keys(`${prefix}*`)) await client.eval(script, 1, key, milliseconds);
      }),
    ),
  );
};
