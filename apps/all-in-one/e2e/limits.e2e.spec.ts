import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningMesh } from './mesh.js';
import { type Answer, request } from './mesh-client.js';
import { countOwnTries } from './own-tries.js';

describe('limits, as they are without any configuration', () => {
  let mesh: RunningMesh;
  beforeAll(async () => {
    mesh = await RunningMesh.start({
      LIMIT_LOGIN_ACCOUNT: '',
      LIMIT_LOGIN_ADDRESS: '',
      LIMIT_WRITE: '',
      LIMIT_READ: '',
      LIMIT_SEARCH: '',
    });
  });
  afterAll(() => mesh.close());

  const login = (email: string, headers: Record<string, string> = {}): Promise<Answer> =>
    request('POST', `${mesh.file.cms}/api/v1/auth/login`, {
      body: { email, password: 'wrong, and long enough' },
      headers,
    });
  const countStatuses = (answers: readonly Answer[]): Record<string, number> =>
    Object.fromEntries(
      Map.groupBy(answers, ({ status }) => String(status))
        .entries()
        .map(([status, same]) => [status, same.length]),
    );

  it('let a client search 200 times at once, tell it how many are left, and when to come back', async () => {
    const first = await mesh.search('قهوة');
    expect(first.headers.get('ratelimit-policy')).toBe('"search";q=200;w=4');
    expect(first.headers.get('ratelimit')).toMatch(/^"search";r=\d+;t=\d+$/);
    // another address claimed in a header is the same client
    const burst = (): Promise<Answer[]> =>
      Promise.all(
        Array.from({ length: 400 }, (_, n) =>
          request('GET', mesh.publicUrl('/search?q=x'), { headers: { 'x-forwarded-for': `10.0.0.${n % 250}` } }),
        ),
      );
    const answers = await burst();
    // what the limit lets through may be more than a busy machine can answer in time: then it says so
    const { '200': passed = 0, '503': late = 0, '429': refused = 0 } = countStatuses(answers);
    expect(passed + late + refused).toBe(400);
    expect(passed + late).toBeGreaterThanOrEqual(199);
    // one that takes four seconds for them has given back as many meanwhile, but nothing for those that follow
    const limited = [...answers, ...(refused === 0 ? await burst() : [])].find(({ status }) => status === 429);
    expect(limited?.body).toMatchObject({ code: 'request.limited', status: 429 });
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  it('let an account be tried ten times a minute, in any spelling, and an address thirty times', async () => {
    const { email } = mesh.file.editor;
    const gateways = [mesh.file.cms];
    const before = await countOwnTries(gateways);
    /** Exactly so many, and what the gateway counted by itself because a shared store was late. */
    const expectTried = async (answers: readonly Answer[], tries: number): Promise<void> => {
      // a password that is not checked in time has been tried all the same
      const { '401': wrong = 0, '503': late = 0, '429': refused = 0 } = countStatuses(answers);
      expect(wrong + late + refused).toBe(answers.length);
      expect(wrong + late).toBeGreaterThanOrEqual(tries);
      expect(wrong + late).toBeLessThanOrEqual(tries + (await countOwnTries(gateways)) - before);
    };
    const oneByOne: Answer[] = [];
    for (const spelling of [email, email.toUpperCase(), ` ${email}`, ...Array<string>(9).fill(email)])
      oneByOne.push(await login(spelling));
    await expectTried(oneByOne, 10);
    await expectTried(
      await Promise.all(
        Array.from({ length: 25 }, (_, n) => login(`somebody-${n}@example.org`, { 'x-forwarded-for': `10.0.1.${n}` })),
      ),
      18,
    );
    // the right password is no way around
    expect((await request('POST', `${mesh.file.cms}/api/v1/auth/login`, { body: mesh.file.editor })).status).toBe(429);
  });
});
