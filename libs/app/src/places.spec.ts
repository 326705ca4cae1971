import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Caller, defineApi, notFound } from '@mediamesh/contracts';
import { ServiceAnswer, Implements } from '@mediamesh/http';
import { Access, CalledBy } from '@mediamesh/security';
import { startTestApp, type TestApp, type TestRequest } from '@mediamesh/testing';
import { Body, Controller, Get, Injectable, Module, type OnModuleInit, Post } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ExternalContextCreator, HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { defineApp } from './define-app.js';
import { Addresses } from './config.js';
import type { InFront } from './in-front.js';
import { KnownGateways } from './root.controller.js';
import { Shared } from './shared-config.js';

const api = defineApi('discovery-gateway', '/api', {
  getPage: {
    method: 'GET',
    path: '/pages/:name',
    summary: 'Read a page',
    params: z.object({ name: z.string() }),
    query: z.object({}),
    returns: z.object({ from: z.string() }),
    roles: ['PUBLIC'],
    limit: 'search',
  },
  getDraft: {
    method: 'GET',
    path: '/drafts/:name',
    summary: 'Read a draft',
    params: z.object({ name: z.string() }),
    returns: z.object({ from: z.string() }),
    roles: ['EDITOR'],
  },
});

@Controller()
class PagesController {
  @Implements(api, 'getPage')
  page(): { from: string } {
    return { from: 'nest' };
  }

  @Implements(api, 'getDraft')
  draft(): { from: string } {
    return { from: 'nest' };
  }
}

/** Has kept one page and, by mistake, one draft. */
@Injectable()
class KeptAnswers implements InFront {
  find({ url }: FastifyRequest): Promise<ServiceAnswer | undefined> {
    if (url.endsWith('/broken')) return Promise.reject(new Error('the cache is away'));
    const body = Buffer.from(JSON.stringify({ from: 'cache' }));
    const headers = { 'content-type': 'application/json', etag: '"kept"' };
    return Promise.resolve(url.endsWith('/kept') ? new ServiceAnswer(200, headers, body, '') : undefined);
  }
}

@Controller('module')
class ModuleController {
  @Get('closed')
  closed(): string {
    return 'nobody said who may read this';
  }

  @Post('open')
  @Access({ roles: ['PUBLIC'] })
  open(@Body() body: unknown): unknown {
    return { body };
  }
}

@Injectable()
class Resolvers {
  closed(): string {
    return 'nobody said who may read this';
  }

  @Access({ roles: ['EDITOR'], limit: 'write' })
  who(@CalledBy() caller: Caller): string {
    return caller.kind;
  }

  @Access({ roles: ['PUBLIC'] })
  missing(): never {
    throw notFound('program.not_found');
  }

  @Access({ roles: ['PUBLIC'] })
  broken(): never {
    throw new Error('password=secret');
  }
}

/** Calls resolvers the way @nestjs/graphql does: as external contexts of the type `graphql`. */
@Module({ controllers: [ModuleController], providers: [Resolvers] })
class GraphLikeModule implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly contexts: ExternalContextCreator,
    private readonly resolvers: Resolvers,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    for (const [path, type] of Object.entries({ '/graphql': 'graphql', '/socket': 'ws' })) {
      fastify.post(path, async (request) => {
        const { field } = request.body as { field: keyof Resolvers };
        const result: unknown = await this.resolve(field, type)(undefined, {}, { req: request }, {});
        return result instanceof Error ? { errors: [{ ...result, message: result.message }] } : { data: result };
      });
    }
  }

  private resolve(field: keyof Resolvers, type: string) {
    const { resolvers } = this;
    const callback = resolvers[field] as (...input: unknown[]) => unknown;
    const decorated = { exchangeKeyForValue: () => undefined };
    const all = { guards: true, filters: true, interceptors: true };
    const nobody = undefined;
    return this.contexts.create(resolvers, callback, field, ROUTE_ARGS_METADATA, decorated, nobody, nobody, all, type);
  }
}

const app = defineApp({
  name: 'discovery-gateway',
  apis: [api],
  config: {},
  controllers: [PagesController],
  modules: () => [GraphLikeModule],
  inFront: KeptAnswers,
  providers: () => [KeptAnswers],
});

describe('the places of an app beside its contracts', () => {
  let gateway: TestApp;
  beforeAll(async () => {
    gateway = await startTestApp(app, { environment: { LIMIT_SEARCH: '1/5', LIMIT_WRITE: '1/2' } });
  });
  afterAll(() => gateway.close());

  const ask = (path: string, request?: TestRequest) => gateway.request(path, request);
  const post = (path: string, body: unknown, request?: TestRequest) => ask(path, { method: 'POST', body, ...request });
  const resolve = (field: string, request?: TestRequest) => post('/graphql', { field }, request);

  describe('at the root of a gateway', () => {
    it('links lead to all it has, and to the other gateway', async () => {
      const { status, body, headers } = await ask('/');
      expect([status, body.app, body.apis]).toEqual([200, 'discovery-gateway', ['/api']]);
      expect(headers.get('ratelimit-policy')).toContain('"read"');
      expect(body.links.otherGateway).toMatch(/^http:/);
      for (const path of ['documentation', 'openapi', 'health', 'metrics'])
        expect([path, (await ask(body.links[path])).status]).toEqual([path, 200]);
      expect(await ask('/', { method: 'DELETE' })).toMatchObject({ status: 405 });
    });

    it('no address is told that is only assumed in production', () => {
      const url = 'http://127.0.0.1:8081';
      const tell = (NODE_ENV: string, ...given: string[]) =>
        new KnownGateways({
          shared: Shared.parse({ NODE_ENV, CURSOR_SECRETS: 'x'.repeat(32) }),
          addresses: Addresses.parse(given.length > 0 ? { CMS_GATEWAY_URL: given.join(',') } : {}),
        }).beside('discovery-gateway');
      expect(tell('development')).toBe(url);
      expect(tell('production')).toBeUndefined();
      expect(tell('production', 'https://cms.example.org')).toBe('https://cms.example.org');
    });
  });

  describe('in front of Nest', () => {
    it('a public page is answered without it, and what is not kept by it', async () => {
      const kept = await ask('/api/pages/kept');
      expect([kept.status, kept.body, kept.headers.get('etag')]).toEqual([200, { from: 'cache' }, '"kept"']);
      expect(kept.headers.get('x-request-id')).toBeTruthy();
      expect((await ask('/api/pages/other')).body).toEqual({ from: 'nest' });
    });

    it('a failure leaves the answer to Nest', async () => {
      expect(await ask('/api/pages/broken')).toMatchObject({ status: 200, body: { from: 'nest' } });
    });

    it('nothing is answered that not everybody may read, or to somebody with a token', async () => {
      expect((await ask('/api/drafts/kept')).status).toBe(401);
      expect((await ask('/api/drafts/kept', { user: 'EDITOR' })).body).toEqual({ from: 'nest' });
      expect((await ask('/api/pages/kept', { user: 'USER' })).body).toEqual({ from: 'nest' });
      const forged = { headers: { authorization: 'Bearer x.y.z' } };
      expect((await ask('/api/pages/kept', forged)).status).toBe(401);
    });

    it('an answer counts against the limit of its endpoint', async () => {
      const statuses = [];
      for (let round = 0; round < 8; round += 1) statuses.push((await ask('/api/pages/kept')).status);
      expect(statuses).toContain(429);
    });
  });

  describe('a module of Nest', () => {
    it('has no route that is open unless it says for whom, and such a route takes JSON', async () => {
      expect(await ask('/module/closed', { user: 'ADMIN' })).toMatchObject({ status: 403 });
      expect(await post('/module/open', { a: 1 })).toMatchObject({ status: 201, body: { body: { a: 1 } } });
      expect(await post('/module/open', '{')).toMatchObject({ status: 400, body: { code: 'request.malformed' } });
    });

    it('has no resolver that is open unless it says for whom', async () => {
      expect((await resolve('closed', { user: 'ADMIN' })).body).toEqual({
        errors: [expect.objectContaining({ extensions: expect.objectContaining({ code: 'auth.not_allowed' }) })],
      });
      expect((await resolve('who')).body.errors[0].extensions).toMatchObject({ status: 401, code: 'auth.required' });
      expect((await resolve('who', { user: 'USER' })).body.errors[0].extensions.code).toBe('auth.not_allowed');
      expect((await resolve('who', { user: 'EDITOR' })).body).toEqual({ data: 'user' });
    });

    it('is limited by what its resolvers say', async () => {
      const codes = [];
      for (let round = 0; round < 4; round += 1)
        codes.push((await resolve('who', { user: 'EDITOR' })).body.errors?.[0].extensions.code);
      expect(codes).toContain('request.limited');
    });

    it('tells errors of resolvers as problems, and nothing of those that are bugs', async () => {
      expect((await resolve('missing')).body.errors[0].extensions).toMatchObject({
        code: 'program.not_found',
        status: 404,
        instance: '/graphql',
      });
      const { body } = await resolve('broken');
      expect(body.errors[0].extensions.code).toBe('request.internal');
      expect(JSON.stringify(body)).not.toContain('secret');
    });

    it('may not be called in a way the guards do not know', async () => {
      expect((await post('/socket', { field: 'missing' })).status).toBe(403);
    });
  });
});
