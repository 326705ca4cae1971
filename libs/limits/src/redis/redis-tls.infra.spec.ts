import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import {
  describeWithCertificates,
  describeWithServer,
  eventually,
  freePorts,
  makeCertificates,
  type OwnCertificates,
} from '@mediamesh/testing';
import { OwnRedises } from '../fixtures/own-redis.js';
import { untilAnswered } from '../fixtures/until-answered.js';
import { RedisLimitStore } from './redis-limit-store.js';

const window = { kind: 'window', quota: 10, seconds: 60 } as const;

describeWithServer('redis', 'counting in Redis over TLS', () => {
  describeWithCertificates('with an authority of our own, for the host localhost', () => {
    let redises: OwnRedises;
    let certificates: OwnCertificates;
    let alone = 0;
    let clustered = 0;
    const opened: RedisLimitStore[] = [];

    const open = (
      port: number,
      { cluster = false, host = 'localhost', ca = certificates.ca, secret = 'hush' as string, scheme = 'rediss' } = {},
    ) => {
      const store = new RedisLimitStore({
        config: { url: `${scheme}://:${secret}@${host}:${port}`, cluster, prefix: 'test:', ca },
        logger: silentLogger,
      });
      opened.push(store);
      return store;
    };
    const connected = (store: RedisLimitStore) =>
      eventually(
        () => store.check(),
        (problems) => problems.length === 0,
        'it is connected',
      );
    const refused = async (store: RedisLimitStore, reason: RegExp) => {
      const problems = await eventually(
        () => store.check(),
        ([first]) => reason.test(first?.problem ?? ''),
        'the reason is known',
      );
      expect(problems).toEqual([
        expect.objectContaining({
          problem: expect.stringContaining('does not answer'),
          remedy: expect.stringContaining('REDIS_TLS_CA'),
          blocks: false,
        }),
      ]);
      await expect(store.take('a', window)).rejects.toThrow();
    };

    beforeAll(async () => {
      certificates = await makeCertificates();
      redises = await OwnRedises.open();
      const ports = await freePorts(3);
      [alone = 0, clustered = 0] = ports;
      const settings = { requirepass: 'hush' };
      const connection = { password: 'hush' };
      await redises.startSecure(alone, certificates, settings, connection);
      const known = {
        'cluster-enabled': 'yes',
        'cluster-port': ports[2] ?? 0,
        'cluster-announce-hostname': 'localhost',
        'cluster-preferred-endpoint-type': 'hostname',
      };
      const node = await redises.startSecure(clustered, certificates, { ...settings, ...known }, connection);
      await node.ask((client) => client.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383));
    });
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });
    afterAll(async () => {
      await redises.remove();
      await certificates.remove();
    });

    it.each([false, true])('says that the password is wrong, without it (cluster: %s)', async (cluster) => {
      const store = open(cluster ? clustered : alone, { cluster, secret: 'amiss' });
      await refused(store, /WRONGPASS/);
      expect(JSON.stringify(await store.check())).not.toContain('amiss');
    });

    it('works by the host of the certificate', async () => {
      const store = open(alone);
      await connected(store);
      expect(await untilAnswered((key) => store.take(key, window))).toMatchObject({ isAllowed: true, remaining: 9 });
    });

    it('works on a cluster whose nodes are known by their hosts', async () => {
      const store = open(clustered, { cluster: true });
      await connected(store);
      for (let n = 0; n < 20; n += 1)
        expect(await untilAnswered((key) => store.take(key, window))).toMatchObject({ isAllowed: true, remaining: 9 });
    });

    it.each([false, true])(
      'trusts nobody whom another authority vouches for, and says so (cluster: %s)',
      async (cluster) => {
        const others = await makeCertificates();
        await refused(open(cluster ? clustered : alone, { cluster, ca: others.ca }), /certificate/);
        await others.remove();
      },
    );

    it.each([false, true])('ends no process that closes it while a handshake fails (cluster: %s)', async (cluster) => {
      const others = await makeCertificates();
      for (let n = 0; n < 60; n += 1) {
        const store = open(cluster ? clustered : alone, { cluster, ca: others.ca });
        await pause(n % 20); // whatever the handshake is at
        await store.close();
      }
      await others.remove();
    });

    it('trusts no host that the certificate does not name', () =>
      refused(open(alone, { host: '127.0.0.1' }), /does not match certificate|not in the cert/));
  });
});
