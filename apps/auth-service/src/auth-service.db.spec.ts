import { createHmac, createPublicKey, createSign, generateKeyPairSync, type webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeApp, startMesh, type Mesh } from '@mediamesh/app';
import { appNames, screamingName } from '@mediamesh/contracts';
import { withConnection } from '@mediamesh/postgres/embedded';
import {
  createProblemCheck,
  createTestDatabase,
  describeWithTestData,
  freePorts,
  type TestDatabase,
} from '@mediamesh/testing';
import { authService } from './index.js';

const secretOf = (name: string): string => `the secret of ${name}, long enough to be one`;
const admin = { email: 'Admin@Example.org', password: 'an admin passphrase' };

let database: TestDatabase;
let mesh: Mesh;
let url: string;

async function start(more: Record<string, string> = {}): Promise<Mesh> {
  const [port] = await freePorts(1);
  const started = await startMesh([authService], {
    environment: {
      NODE_ENV: 'test',
      LOG_LEVEL: 'silent',
      AUTH_DATABASE_URL: database.url,
      AUTH_SERVICE_PORT: String(port),
      CURSOR_SECRETS: 'a cursor secret that is long enough',
      AUTH_KEY_SECRET: 'a secret for keys that is long enough',
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      SERVICE_SECRET_MESH: secretOf('mesh'),
      ...Object.fromEntries(appNames.map((name) => [`SERVICE_SECRET_${screamingName(name)}`, secretOf(name)])),
      ...more,
    },
  });
  url = `${started.urls.get('auth-service')}/internal/v1`;
  return started;
}

const checkProblem = createProblemCheck(describeApp(authService));

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Answer> {
  const init =
    body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
  const response = await fetch(url + path, { method, headers, ...init });
  const answer = (await response.json()) as Record<string, unknown>;
  checkProblem(method, `/internal/v1${path}`, response.status, answer);
  return { status: response.status, headers: response.headers, body: answer };
}

const tokenIn = ({ body }: Answer): string => String(body['accessToken']);
const serviceToken = async (service: string, audience = 'auth-service'): Promise<string> =>
  `Bearer ${tokenIn(await ask('POST', '/service-tokens', {}, { service, secret: secretOf(service), audience }))}`;
const behindGateway = async (): Promise<Record<string, string>> => ({
  'x-service-authorization': await serviceToken('cms-gateway'),
});
const asOperator = async (): Promise<Record<string, string>> => ({
  'x-service-authorization': await serviceToken('mesh'),
});
const login = async (email: unknown, password: unknown): Promise<Answer> =>
  ask('POST', '/login', await behindGateway(), { email, password });
const me = async (token: string): Promise<Answer> =>
  ask('GET', '/me', { ...(await behindGateway()), authorization: `Bearer ${token}` });

const decode = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Record<string, unknown>;
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const partsOf = (token: string) => ({ header: decode(token.split('.')[0]), payload: decode(token.split('.')[1]) });

beforeAll(async () => {
  database = await createTestDatabase();
  mesh = await start();
});
afterAll(async () => {
  await mesh.close();
  await database.drop();
});

describe('logging in', () => {
  it('answers a token of fifteen minutes that says who and in which role', async () => {
    const answer = await login(' ADMIN@example.org', admin.password);
    expect(answer).toMatchObject({ status: 200, body: { tokenType: 'Bearer', expiresIn: 900 } });
    const { header, payload } = partsOf(tokenIn(answer));
    expect(header).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) });
    expect(payload).toEqual({
      iss: 'mediamesh',
      aud: 'mediamesh',
      sub: expect.any(String),
      role: 'ADMIN',
      iat: expect.any(Number),
      exp: Number(payload['iat']) + 900,
      jti: expect.any(String),
    });
    const account = await me(tokenIn(answer));
    expect(account).toMatchObject({
      status: 200,
      body: { id: payload['sub'], email: 'admin@example.org', name: null, role: 'ADMIN' },
    });
    expect(JSON.stringify(account.body)).not.toContain('argon2');
  });

  it('answers the same to an unknown address, a text that is none, and a wrong password', async () => {
    const answers = await Promise.all([
      login('nobody@example.org', admin.password),
      login("' or 1=1 --", admin.password),
      login(admin.email, 'a wrong passphrase'),
    ]);
    const seen = answers.map(({ status, headers, body }) => ({
      status,
      headers: [...headers].map(([name, value]) =>
        ['date', 'x-request-id', 'traceparent'].includes(name) ? name : `${name}: ${value}`,
      ),
      body: { ...body, traceId: undefined },
    }));
    expect(seen[0]).toMatchObject({ status: 401, body: { code: 'auth.wrong_credentials' } });
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  it('refuses what is no text', async () => {
    for (const [email, password] of [
      [undefined, undefined],
      [['a@example.org'], 'x'],
      [{ $gt: '' }, 'x'],
      ['a@example.org', 1],
      ['a@example.org\u0000', 'x'],
      ['a'.repeat(321), 'x'],
    ]) {
      expect((await login(email, password)).status).toBe(422);
    }
  });

  it('is not for somebody without a service token', async () => {
    expect(await ask('POST', '/login', {}, { email: admin.email, password: admin.password })).toMatchObject({
      status: 401,
      body: { code: 'auth.service_required' },
    });
  });
});

describe('making an account', () => {
  const create = async (body: unknown): Promise<Answer> => ask('POST', '/users', await asOperator(), body);

  it('stores one account for every spelling of its address, also when twenty ask at once', async () => {
    const spellings = ['Twice@Example.org', ' twice@example.org', 'TWICE＠example.org', 'twice@exam\u00adple.org'];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        create({ email: spellings[index % 4], password: 'a long passphrase', role: 'EDITOR' }),
      ),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    expect(made[0]?.body).toEqual({
      id: expect.any(String),
      email: 'twice@example.org',
      name: null,
      role: 'EDITOR',
      createdAt: expect.any(String),
    });
    for (const answer of answers.filter(({ status }) => status !== 201))
      expect(answer).toMatchObject({ status: 409, body: { code: 'user.email_taken' } });
    expect(await userEvents(String(made[0]?.body['id']))).toEqual([
      { type: 'auth.user.registered', payload: { userId: made[0]?.body['id'], role: 'EDITOR' } },
    ]);
  });

  it('takes a password whole, of any script, however its letters are composed', async () => {
    const long = 'x'.repeat(999);
    await create({ email: 'long@example.org', password: `${long}1`, role: 'USER' });
    expect((await login('long@example.org', `${long}1`)).status).toBe(200);
    expect((await login('long@example.org', `${long}2`)).status).toBe(401);
    await create({ email: 'script@example.org', password: 'كلمة سر طويلة é 🎧', role: 'USER', name: 'فيروز' });
    expect((await login('script@example.org', 'كلمة سر طويلة e\u0301 🎧')).status).toBe(200);
  });

  it('refuses a short password, an unknown field, a role nobody has, and an address that is none', async () => {
    const good = { email: 'new@example.org', password: 'a long passphrase', role: 'USER' };
    for (const body of [{ ...good, password: 'short' }, { ...good, admin: true }, { ...good, role: 'SERVICE' }, {}])
      expect((await create(body)).status).toBe(422);
    expect(await create({ ...good, email: 'no address' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/email', code: 'user.email_malformed' }] },
    });
  });

  it('is for operators only', async () => {
    const token = tokenIn(await login(admin.email, admin.password));
    const body = { email: 'mine@example.org', password: 'a long passphrase', role: 'ADMIN' };
    expect((await ask('POST', '/users', await behindGateway(), body)).status).toBe(401);
    expect(
      (await ask('POST', '/users', { ...(await behindGateway()), authorization: `Bearer ${token}` }, body)).status,
    ).toBe(403);
  });

  /**
   * Written in ways that no standard of today allows: an old escape outside quotes, and a quoted word that just goes
   * on.
   */
  const beyondStandards = [
    '\\$A12345@address.com',
    'very."(),:;<>[]".VERY."very@\\\\ "very".unusual@strange.address.com',
  ];
  /** Not valid to whoever made the list, but to RFC 6531. */
  const international = ['うえあいお@address.com', "sql'or'1'='1'or'test@email.com"];

  describeWithTestData('attack-fuzzdb', 'with the addresses of the fuzzdb lists', (folder) => {
    const read = (name: string): string[] =>
      readFileSync(join(folder, 'email', name), 'utf8')
        .split('\n')
        .filter(Boolean);

    it('takes the valid ones and refuses the others', async () => {
      const password = 'a long passphrase';
      const statusOf = async (email: string) => [email, (await create({ email, password, role: 'USER' })).status];
      for (const email of read('valid-email-addresses.txt'))
        expect(await statusOf(email)).toEqual([email, beyondStandards.includes(email) ? 422 : 201]);
      for (const email of read('invalid-email-addresses.txt'))
        expect(await statusOf(email)).toEqual([email, international.includes(email) ? 201 : 422]);
    });
  });

  const userEvents = async (id: string): Promise<{ type: unknown; payload: unknown }[]> => {
    const rows = await withConnection(database.url, (connection) =>
      connection.query(`select envelope from outbox where envelope->>'subject' = $1`, [id]),
    );
    return rows
      .map((row) => row['envelope'] as Record<string, unknown>)
      .map(({ type, payload, data }) => ({ type, payload: payload ?? data }));
  };
});

describe('the token of a person', () => {
  let good: string;
  let jwks: Record<string, unknown>;
  beforeAll(async () => {
    good = tokenIn(await login(admin.email, admin.password));
    jwks = (await ask('GET', '/jwks')).body;
  });

  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const resign = (header: object, payload: object): string => {
    const parts = partsOf(good);
    const content = `${encode({ ...parts.header, ...header })}.${encode({ ...parts.payload, ...payload })}`;
    return `${content}.${createSign('sha256').update(content).sign(foreign.privateKey, 'base64url')}`;
  };
  const forged: Record<string, () => string> = {
    'alg none': () => `${encode({ ...partsOf(good).header, alg: 'none' })}.${good.split('.')[1]}.`,
    'an HMAC keyed with our public key': () => {
      const [jwk] = jwks['keys'] as webcrypto.JsonWebKey[];
      const pem = createPublicKey({ key: jwk ?? {}, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
      const content = `${encode({ ...partsOf(good).header, alg: 'HS256' })}.${good.split('.')[1]}`;
      return `${content}.${createHmac('sha256', pem).update(content).digest('base64url')}`;
    },
    'another signature key': () => resign({}, {}),
    'another role': () =>
      good
        .split('.')
        .with(1, encode({ ...partsOf(good).payload, role: 'EDITOR' }))
        .join('.'),
    'another person': () =>
      good
        .split('.')
        .with(1, encode({ ...partsOf(good).payload, sub: crypto.randomUUID() }))
        .join('.'),
    'no sub': () => resign({}, { sub: undefined }),
    'a kid out of a folder': () => resign({ kid: '../../dev/null' }, {}),
  };

  it.each(Object.keys(forged))('is refused with %s', async (name) => {
    const answer = await me(forged[name]?.() ?? '');
    expect(answer).toMatchObject({ status: 401, body: { code: 'auth.invalid_token' } });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it("does not pass for a service, nor a service's for a person", async () => {
    expect(
      (await ask('GET', '/me', { 'x-service-authorization': `Bearer ${good}`, authorization: `Bearer ${good}` }))
        .status,
    ).toBe(401);
    const service = await serviceToken('cms-gateway');
    expect((await ask('GET', '/me', { 'x-service-authorization': service, authorization: service })).status).toBe(401);
  });
});

describe('the token of a service', () => {
  const issue = (body: unknown): Promise<Answer> => ask('POST', '/service-tokens', {}, body);

  it('is made out to one target and lives ten minutes', async () => {
    const answer = await issue({
      service: 'ingest-service',
      secret: secretOf('ingest-service'),
      audience: 'cms-service',
    });
    expect(answer).toMatchObject({ status: 200, body: { tokenType: 'Bearer', expiresIn: 600 } });
    const { header, payload } = partsOf(tokenIn(answer));
    expect(header).toMatchObject({ alg: 'RS256', typ: 'svc+jwt' });
    expect(payload).toEqual({
      iss: 'mediamesh',
      aud: 'cms-service',
      sub: 'ingest-service',
      iat: expect.any(Number),
      exp: Number(payload['iat']) + 600,
      jti: expect.any(String),
    });
    expect(
      (
        await ask(
          'POST',
          '/login',
          { 'x-service-authorization': `Bearer ${tokenIn(answer)}` },
          { email: 'a@example.org', password: 'x' },
        )
      ).body['code'],
    ).toBe('auth.invalid_token');
  });

  it("is refused with another's secret, to a name that has none, and for a target that does not exist", async () => {
    const good = { service: 'ingest-service', secret: secretOf('ingest-service'), audience: 'cms-service' };
    for (const wrong of [
      { secret: secretOf('cms-service') },
      { secret: 'x' },
      { service: 'evil-service' },
      { service: '__proto__' },
    ]) {
      expect(await issue({ ...good, ...wrong })).toMatchObject({
        status: 401,
        body: { code: 'auth.wrong_credentials' },
      });
    }
    expect((await issue({ ...good, audience: 'mediamesh' })).status).toBe(422);
  });
});

describe('starting again', () => {
  const passwordOf = 'another admin passphrase';

  it('keeps the keys and the accounts, and brings a configured password in line', async () => {
    const before = await ask('GET', '/jwks');
    const token = tokenIn(await login(admin.email, admin.password));
    await mesh.close();
    mesh = await start({ ADMIN_PASSWORD: passwordOf });
    expect((await ask('GET', '/jwks')).body).toEqual(before.body);
    expect(await me(token)).toMatchObject({ status: 200 });
    expect((await login(admin.email, admin.password)).status).toBe(401);
    expect((await login(admin.email, passwordOf)).status).toBe(200);
  });

  it('is refused with another secret for the keys', async () => {
    await expect(start({ AUTH_KEY_SECRET: 'a quite different secret for the keys' })).rejects.toThrow(
      /AUTH_KEY_SECRET/,
    );
  });

  it('shows no private half of a key and no password in the database', async () => {
    const rows = await withConnection(database.url, (connection) =>
      connection.query(`select encode(private_box, 'escape') as box, public_jwk::text as jwk from signing_keys`),
    );
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/PRIVATE KEY|"d"/);
    const hashes = await withConnection(database.url, (connection) =>
      connection.query('select password_hash from users'),
    );
    for (const row of hashes) expect(row['password_hash']).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('rotates keys for an operator only, and old tokens stay good meanwhile', async () => {
    const token = tokenIn(await login(admin.email, passwordOf));
    expect(
      (await ask('POST', '/keys/rotation', { ...(await behindGateway()), authorization: `Bearer ${token}` })).status,
    ).toBe(403);
    const before = (await ask('GET', '/jwks')).body['keys'] as { kid: string }[];
    const { status, body } = await ask('POST', '/keys/rotation', await asOperator());
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        kid: expect.any(String),
        signsFrom: expect.stringMatching(/Z$/),
        retires: before.map(({ kid }) => ({ kid, at: expect.stringMatching(/Z$/) })),
      },
    });
    const after = (await ask('GET', '/jwks')).body['keys'] as { kid: string }[];
    expect(after.map(({ kid }) => kid).toSorted()).toEqual([...before.map(({ kid }) => kid), body['kid']].toSorted());
    expect(await me(token)).toMatchObject({ status: 200 });
    expect(decode(tokenIn(await login(admin.email, passwordOf)).split('.')[0])['kid']).toBe(before[0]?.kid);
  });
});
