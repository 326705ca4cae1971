import { describe, expect, it } from '@jest/globals';
import { anonymous, type Caller } from '@mediamesh/contracts';
import { silentLogger, type Metrics } from '@mediamesh/observability';
import { defaultLimits } from './limit-policy.js';
import { LimitStore } from './limit-store.js';
import { Limits } from './limits.js';
import { MemoryLimitStore } from './memory-limit-store.js';

const uncounted: Metrics = {
  count: () => undefined,
  time: () => undefined,
  observe: () => undefined,
  render: () => Promise.resolve(''),
  close: () => Promise.resolve(),
};
const user = (id: string): Caller => ({ kind: 'user', id, role: 'EDITOR' });

function arrange(store: LimitStore = new MemoryLimitStore(() => 0)) {
  const limits = new Limits({
    app: 'cms-gateway',
    config: defaultLimits,
    store,
    logger: silentLogger,
    metrics: uncounted,
  });
  const login = async (address: string, body: unknown): Promise<number> =>
    (await limits.count('login', { caller: anonymous, address, body })).refusal?.status ?? 200;
  return { limits, login };
}

class FailingStore extends LimitStore {
  override take(): Promise<never> {
    return Promise.reject(new Error('the store is gone'));
  }
}

describe('the limits of a gateway', () => {
  it('stop the eleventh login to one account, however its address is spelt, wherever it comes from', async () => {
    const { login } = arrange();
    const spellings = [
      'Editor@Example.org',
      ' editor@example.org ',
      'EDITOR＠example.org',
      'editor@exam\u00adple.org',
      'ｅditor@example.org',
    ];
    for (let time = 0; time < 10; time += 1)
      expect(await login(`192.0.2.${time}`, { email: spellings[time % 5], password: 'x' })).toBe(200);
    for (const [index, email] of spellings.entries())
      expect(await login(`198.51.100.${index}`, { email, password: 'x' })).toBe(429);
    expect(await login('198.51.100.9', { email: 'other@example.org' })).toBe(200);
  });

  it('stop the thirty-first login from one address, with whatever body', async () => {
    const { login } = arrange();
    const bodies = [{ email: ['a@example.org'] }, { email: { $gt: '' } }, null, 'text', undefined, {}];
    for (let time = 0; time < 30; time += 1)
      expect(await login('192.0.2.1', time % 2 ? bodies[time % 6] : { email: `user${time}@example.org` })).toBe(200);
    expect(await login('::ffff:192.0.2.1', { email: 'fresh@example.org' })).toBe(429);
    expect(await login('192.0.2.2', { email: 'fresh@example.org' })).toBe(200);
  });

  it('count an account no further while the address is refused', async () => {
    const { login } = arrange();
    for (let time = 0; time < 40; time += 1) await login('192.0.2.1', { email: `user${time}@example.org` });
    for (let time = 0; time < 20; time += 1)
      expect(await login('192.0.2.1', { email: 'victim@example.org' })).toBe(429);
    expect(await login('192.0.2.2', { email: 'victim@example.org' })).toBe(200);
  });

  it('take one IPv6 network as one client', async () => {
    const { login } = arrange();
    for (let time = 0; time < 30; time += 1) expect(await login(`2001:db8:0:1::${time}`, {})).toBe(200);
    expect(await login('2001:db8:0:1:ffff::1', {})).toBe(429);
    expect(await login('2001:db8:0:2::1', {})).toBe(200);
  });

  it('count people by themselves and everybody else by address', async () => {
    const { limits } = arrange();
    const write = async (caller: Caller, address: string): Promise<boolean> =>
      (await limits.count('write', { caller, address, body: undefined })).refusal === undefined;
    for (let time = 0; time < 100; time += 1) expect(await write(user('one'), `192.0.2.${time}`)).toBe(true);
    expect(await write(user('one'), '198.51.100.1')).toBe(false);
    expect(await write(user('two'), '192.0.2.1')).toBe(true);
  });

  it('say what is allowed, what is left and when to come again', async () => {
    const { limits } = arrange();
    const search = () => limits.count('search', { caller: anonymous, address: '192.0.2.1', body: undefined });
    expect((await search()).headers).toEqual({
      'ratelimit-policy': '"search";q=200;w=4',
      ratelimit: '"search";r=199;t=1',
    });
    for (let time = 0; time < 199; time += 1) await search();
    const verdict = await search();
    expect(verdict.headers).toEqual({ 'ratelimit-policy': '"search";q=200;w=4', ratelimit: '"search";r=0;t=4' });
    expect(verdict.refusal).toMatchObject({
      kind: 'limited',
      code: 'request.limited',
      options: { retryAfter: 1, values: { retryAfter: 1 } },
    });
    const { headers } = await limits.count('login', {
      caller: anonymous,
      address: '192.0.2.1',
      body: { email: 'a@example.org' },
    });
    expect(headers).toEqual({
      'ratelimit-policy': '"login-address";q=30;w=60, "login-account";q=10;w=60',
      ratelimit: '"login-address";r=29;t=60, "login-account";r=9;t=60',
    });
  });

  it('let nobody log in while the store is gone, and everybody read', async () => {
    const { limits, login } = arrange(new FailingStore());
    expect(await login('192.0.2.1', { email: 'a@example.org' })).toBe(503);
    expect(
      (await limits.count('read', { caller: anonymous, address: '192.0.2.1', body: undefined })).refusal,
    ).toBeUndefined();
  });
});
