import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, request, RunningMesh } from './mesh.js';

describe('limits, as they are without any configuration', () => {
  let mesh: RunningMesh;
  beforeAll(async () => {
    mesh = await RunningMesh.start({ LIMIT_LOGIN_ACCOUNT: '', LIMIT_LOGIN_ADDRESS: '', LIMIT_WRITE: '', LIMIT_READ: '', LIMIT_SEARCH: '' });
  });
  afterAll(() => mesh.close());

  const login = (email: string, headers: Record<string, string> = {}): Promise<Answer> =>
    request('POST', `${mesh.file.cms}/api/v1/auth/login`, { body: { email, password: 'wrong, and long enough' }, headers });
  const statuses = async (answers: Promise<Answer>[]): Promise<Record<string, number>> =>
    Object.fromEntries(Map.groupBy(await Promise.all(answers), ({ status }) => String(status)).entries().map(([status, same]) => [status, same.length]));

  it('let a client search 200 times at once, tell it how many are left, and when to come back', async () => {
    const first = await mesh.search('قهوة');
    expect(first.headers.get('ratelimit-policy')).toBe('"search";q=200;w=4');
    expect(first.headers.get('ratelimit')).toMatch(/^"search";r=\d+;t=\d+$/);
    // another address claimed in a header is the same client
    const burst = Array.from({ length: 400 }, (_, n) => request('GET', mesh.publicUrl('/search?q=x'), { headers: { 'x-forwarded-for': `10.0.0.${n % 250}` } }));
    // what the limit lets through may be more than a busy machine can answer in time: then it says so
    const { '200': passed = 0, '503': late = 0, '429': refused = 0 } = await statuses(burst);
    expect(passed + late + refused).toBe(400);
    expect(passed + late).toBeGreaterThanOrEqual(199);
    expect(refused).toBeGreaterThan(0);
    const limited = (await Promise.all(burst)).find(({ status }) => status === 429);
    expect(limited?.body).toMatchObject({ code: 'request.limited', status: 429 });
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  it('let an account be tried ten times a minute, however its address is spelled, and an address thirty times', async () => {
    const { email } = mesh.file.editor;
    for (const spelling of [email, email.toUpperCase(), ` ${email}`, email, email, email, email, email, email, email]) expect((await login(spelling)).status).toBe(401);
    expect((await login(email)).status).toBe(429);
    const { '401': wrong = 0, '503': late = 0, '429': refused = 0 } = await statuses(Array.from({ length: 25 }, (_, n) => login(`somebody-${n}@example.org`, { 'x-forwarded-for': `10.0.1.${n}` })));
    expect({ tried: wrong + late, refused }).toEqual({ tried: 19, refused: 6 });
    // the right password is no way around
    expect((await request('POST', `${mesh.file.cms}/api/v1/auth/login`, { body: mesh.file.editor })).status).toBe(429);
  });
});
