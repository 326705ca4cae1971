import { createSign, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  anonymous,
  callerLabel,
  defineApi,
  endpointKey,
  Refusal,
  type AppName,
  type Caller,
  type Endpoint,
} from '@mediamesh/contracts';
import { createContext, currentContext, runInContext } from '@mediamesh/observability';
import { Catch, Controller, Get, Module, SetMetadata, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { AccessGuard } from './access-guard.js';
import { CalledBy } from './called-by.js';
import { JwksKeys } from './jwks-keys.js';

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const sign = (typ: string, claims: object): string => {
  const iat = Math.floor(Date.now() / 1000);
  const payload = { iss: 'mediamesh', iat, exp: iat + 600, ...claims };
  const content = `${encode({ alg: 'RS256', typ, kid: 'one' })}.${encode(payload)}`;
  return `Bearer ${content}.${createSign('sha256').update(content).sign(keys.privateKey, 'base64url')}`;
};
const id = '0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f';
const user = (role: string): string => sign('at+jwt', { aud: 'mediamesh', sub: id, role });
const service = (sub: string, aud = 'cms-service'): string => sign('svc+jwt', { aud, sub });

const get = (path: string, roles: Endpoint['roles'], more: Partial<Endpoint> = {}): Endpoint => ({
  method: 'GET',
  path,
  summary: path,
  roles,
  ...more,
});
const api = defineApi('cms-service', '', {
  edit: get('/edit', ['ADMIN', 'EDITOR']),
  work: get('/work', ['SERVICE']),
  look: get('/look', ['PUBLIC']),
  open: get('/open', ['PUBLIC'], { open: true }),
});
const implementing = (name: keyof typeof api.endpoints) =>
  SetMetadata(endpointKey, { api, name, endpoint: api.endpoints[name] });
const label = (caller: Caller): string =>
  [
    callerLabel(caller),
    callerLabel(currentContext()?.caller ?? anonymous),
    currentContext()?.authorization ? 'handed on' : 'nothing',
  ].join(' / ');

@Controller()
class DoorsController {
  @Get('edit')
  @implementing('edit')
  edit(@CalledBy() caller: Caller): string {
    return label(caller);
  }

  @Get('work')
  @implementing('work')
  work(@CalledBy() caller: Caller): string {
    return label(caller);
  }

  @Get('look')
  @implementing('look')
  look(@CalledBy() caller: Caller): string {
    return label(caller);
  }

  @Get('open')
  @implementing('open')
  open(@CalledBy() caller: Caller): string {
    return label(caller);
  }

  @Get('forgotten')
  forgotten(): string {
    return 'nobody said who may come in';
  }
}

@Module({ controllers: [DoorsController] })
class DoorsModule {}

@Catch(Refusal)
class RefusalFilter implements ExceptionFilter {
  catch({ status, code }: Refusal, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<FastifyReply>().status(status).send(code);
  }
}

async function startDoors(name: AppName): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(DoorsModule, new FastifyAdapter(), { logger: false });
  const source = new JwksKeys({
    clock: Date.now,
    fetchKeys: () => Promise.resolve({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'one' }] }),
  });
  app.useGlobalGuards(new AccessGuard({ app: name, keys: source, clock: Date.now }));
  app.useGlobalFilters(new RefusalFilter());
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (_request, _reply, done) => runInContext(createContext(), done));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}

const asks =
  (app: () => NestFastifyApplication) =>
  async (url: string, headers: Record<string, string> = {}): Promise<string> => {
    const answer = await app().inject({ url, headers });
    return `${answer.statusCode} ${answer.body}`;
  };

describe('the guard of a service', () => {
  let app: NestFastifyApplication;
  const ask = asks(() => app);
  beforeAll(async () => {
    app = await startDoors('cms-service');
  });
  afterAll(() => app.close());

  it('refuses whoever brings no service token, whatever else they bring', async () => {
    const headers = { authorization: user('ADMIN'), 'x-user-id': id, 'x-user-roles': 'ADMIN', 'x-internal': 'true' };
    for (const path of ['/edit', '/work', '/look']) expect(await ask(path, headers)).toBe('401 auth.service_required');
  });

  it("refuses a service token made out to another service, and a person's token in its place", async () => {
    for (const token of [service('ingest-service', 'media-service'), user('ADMIN')]) {
      expect(await ask('/look', { 'x-service-authorization': token })).toBe('401 auth.invalid_token');
    }
  });

  it('decides by the role of the person whose token is handed on', async () => {
    const behind = { 'x-service-authorization': service('cms-gateway') };
    expect(await ask('/edit', { ...behind, authorization: user('EDITOR') })).toBe(
      `200 user:${id} / user:${id} / handed on`,
    );
    expect(await ask('/edit', { ...behind, authorization: user('USER') })).toBe('403 auth.not_allowed');
    expect(await ask('/work', { ...behind, authorization: user('ADMIN') })).toBe('403 auth.not_allowed');
    expect(await ask('/look', { ...behind, authorization: user('USER') })).toContain('200 user');
  });

  it('takes a service without a person as the service itself', async () => {
    const headers = { 'x-service-authorization': service('ingest-service') };
    expect(await ask('/work', headers)).toBe('200 service:ingest-service / service:ingest-service / nothing');
    expect(await ask('/edit', headers)).toBe('403 auth.not_allowed');
    expect(await ask('/look', headers)).toContain('200 service');
  });

  it('takes a gateway without a person as nobody in particular', async () => {
    const headers = { 'x-service-authorization': service('discovery-gateway') };
    expect(await ask('/work', headers)).toBe('401 auth.required');
    expect(await ask('/edit', headers)).toBe('401 auth.required');
    expect(await ask('/look', headers)).toBe('200 anonymous / anonymous / nothing');
  });

  it('opens an open endpoint to all, but not to a token that is wrong', async () => {
    expect(await ask('/open')).toBe('200 anonymous / anonymous / nothing');
    expect(await ask('/open', { authorization: 'Bearer wrong' })).toBe('401 auth.invalid_token');
  });

  it('refuses a handler nobody declared an endpoint for', async () => {
    expect(
      await ask('/forgotten', { 'x-service-authorization': service('ingest-service'), authorization: user('ADMIN') }),
    ).toBe('403 auth.not_allowed');
  });

  it('refuses every other spelling of a path just as the plain one', async () => {
    for (const path of ['/%65dit', '/edit/', '//edit', '/edit;x=1', '/./edit', '/EDIT'])
      expect(await ask(path)).not.toMatch(/^2/);
    expect((await app.inject({ method: 'HEAD', url: '/edit' })).statusCode).toBe(401);
  });
});

describe('the guard of a gateway', () => {
  let app: NestFastifyApplication;
  const ask = asks(() => app);
  beforeAll(async () => {
    app = await startDoors('cms-gateway');
  });
  afterAll(() => app.close());

  it('asks people for their token only', async () => {
    expect(await ask('/edit')).toBe('401 auth.required');
    expect(await ask('/edit', { authorization: user('EDITOR') })).toBe(`200 user:${id} / user:${id} / handed on`);
    expect(await ask('/edit', { authorization: user('USER') })).toBe('403 auth.not_allowed');
    expect(await ask('/look')).toBe('200 anonymous / anonymous / nothing');
  });

  it('does not look at a service token from outside', async () => {
    const forged = { 'x-service-authorization': service('ingest-service', 'cms-gateway') };
    expect(await ask('/work', forged)).toBe('401 auth.required');
    expect(await ask('/look', { 'x-service-authorization': 'nonsense' })).toBe('200 anonymous / anonymous / nothing');
    expect(await ask('/edit', { authorization: service('ingest-service', 'cms-gateway') })).toBe(
      '401 auth.invalid_token',
    );
  });

  it('wants a token that is given to be valid, also where none is needed', async () => {
    for (const authorization of ['Bearer', 'Basic YTpi', 'Bearer x', `Bearer ${'x'.repeat(16_000)}`])
      expect(await ask('/look', { authorization })).toBe('401 auth.invalid_token');
  });

  it('does not take a token from the address', async () => {
    expect(await ask(`/edit?access_token=${user('ADMIN').slice(7)}`)).toBe('401 auth.required');
  });
});
