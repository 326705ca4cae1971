import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { appNames, isGateway } from '@mediamesh/contracts';
import { request } from '../mesh-client.js';
import { countOwnTries } from '../own-tries.js';
import { DrillMesh } from './drill.js';

jest.setTimeout(600_000);

/** Longer than a relay may be silent before the server takes its lock away, in milliseconds. */
const longerThanSilence = 12_000;
const mostRounds = 4;

describe('two instances of every app', () => {
  let drill: DrillMesh;
  beforeAll(async () => {
    drill = await DrillMesh.start({ instances: 2 }, { LIMIT_LOGIN_ACCOUNT: '10/60', LIMIT_WRITE: '50/400' });
  });
  afterAll(() => drill.close());

  it.each([0, 1])(
    'sends everything once, in order, when the relay of instance %i is frozen and comes back',
    async (nth) => {
      await drill.during(`cms-service ${nth} frozen`, async () => {
        drill.mesh.host.freezeApp('cms-service', nth);
        await delay(longerThanSilence);
        drill.mesh.host.continueApp('cms-service', nth);
      });
    },
  );

  it('answers every read while one instance of each service after the other is killed', async () => {
    const { reads } = await drill.during('one of two instances killed, in turn', async () => {
      for (const app of appNames.filter((name) => !isGateway(name))) {
        await drill.mesh.host.killApp(app, 1);
        await delay(500);
        await drill.mesh.host.startApp(app);
      }
    });
    // an instance that is gone refuses connections, which costs no time; one that is merely slow is waited for, on a
    // busy machine too long
    expect(reads.refusedAtOnce).toEqual([]);
    expect(reads.refused).toBeLessThanOrEqual(reads.right / 100);
  });

  /**
   * Does a round anew in which Redis was not in time for a gateway, so that it counted by itself: its metrics say so.
   */
  async function untilShared<T>(round: (gateways: readonly string[]) => Promise<T>): Promise<T> {
    const gateways = drill.mesh.host.portsOf('cms-gateway').map((port) => `http://127.0.0.1:${port}`);
    for (let rounds = 1; ; rounds++) {
      const before = await countOwnTries(gateways);
      const outcome = await round(gateways);
      const own = (await countOwnTries(gateways)) - before;
      if (own === 0 || rounds === mostRounds) return outcome;
      process.stderr.write(`    a gateway counted ${own} tries by itself: once more\n`);
    }
  }

  it('counts logins over both gateways to the last one', async () => {
    const answers = await untilShared((gateways) => {
      const email = `${randomUUID()}@example.org`;
      return Promise.all(
        Array.from({ length: 30 }, (_, n) =>
          request('POST', `${gateways[n % 2]}/api/v1/auth/login`, {
            body: { email, password: 'wrong, and long enough' },
          }),
        ),
      );
    });
    // a password that is not checked in time has been tried all the same
    expect(answers.filter(({ status }) => status === 401 || status === 503)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  it('counts writes over both gateways as one', async () => {
    const { answers, seconds } = await untilShared(async (gateways) => {
      const token = await drill.mesh.token(await drill.mesh.addUser('EDITOR'));
      const start = performance.now();
      const statuses: number[] = [];
      // more at once would keep a gateway from reading Redis in time, and it would rather count by itself than wait
      for (let wave = 0; wave < 18; wave++) {
        const asked = Array.from(
          { length: 50 },
          async (_, n) =>
            (
              await request('DELETE', `${gateways[n % 2]}/api/v1/cms/programs/${randomUUID()}`, {
                headers: { authorization: `Bearer ${token}`, 'if-match': '"1"' },
              })
            ).status,
        );
        statuses.push(...(await Promise.all(asked)));
      }
      return { answers: statuses, seconds: (performance.now() - start) / 1_000 };
    });
    const passed = answers.filter((status) => status === 404 || status === 503).length;
    expect(passed + answers.filter((status) => status === 429).length).toBe(900);
    expect(passed).toBeGreaterThanOrEqual(400);
    expect(passed).toBeLessThanOrEqual(400 + Math.ceil(50 * seconds));
  });
});
