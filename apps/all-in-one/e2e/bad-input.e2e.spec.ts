import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Api,
  authServiceApi,
  cmsGatewayApis,
  cmsServiceApi,
  discoveryGatewayApis,
  discoveryServiceApi,
  type Endpoint,
  ingestServiceApi,
  mediaServiceApi,
  metadataServiceApi,
  searchServiceApi,
} from '@mediamesh/contracts';
import { createProblemCheck, describeContracts, type TestBody } from '@mediamesh/testing';
import type { z } from 'zod';
import { type Answer, MeshClient, patiently, request } from './mesh-client.js';

interface Row {
  readonly name: string;
  readonly api: Api;
  readonly endpoint: Endpoint;
}

const rowsOf = (apis: readonly Api[]): Row[] =>
  apis.flatMap((api) =>
    Object.entries(api.endpoints).map(([name, endpoint]) => ({
      name: `${endpoint.method} ${api.base}${endpoint.path}`,
      api,
      endpoint,
      key: name,
    })),
  );

const gateway = rowsOf([...cmsGatewayApis, ...discoveryGatewayApis]);
const services = rowsOf([
  authServiceApi,
  cmsServiceApi,
  metadataServiceApi,
  mediaServiceApi,
  ingestServiceApi,
  discoveryServiceApi,
  searchServiceApi,
]);
const isPublic = ({ endpoint }: Row): boolean => endpoint.roles.includes('PUBLIC');
const isJson = ({ endpoint }: Row): boolean => endpoint.body !== undefined;
const fieldsOf = (schema: z.ZodType | undefined): [string, z.ZodType][] =>
  Object.entries((schema as z.ZodObject | undefined)?.shape ?? {}) as [string, z.ZodType][];

/** A body each endpoint would accept, by the last words of its path. */
const validBodies: Record<string, object> = {
  '/login': { email: 'somebody@example.org', password: 'a long passphrase' },
  '/programs': { type: 'podcast', defaultLanguage: 'ar', localizations: { ar: { title: 'اسم' } } },
  '/programs/:id/episodes': { defaultLanguage: 'ar', localizations: { ar: { title: 'اسم' } } },
  '/assets': { fileName: 'a.png', type: 'image/png', size: 10 },
  '/sources': { kind: 'rss', url: 'https://example.org/feed.xml' },
};

describe('every endpoint of both gateways', () => {
  let mesh: MeshClient;
  let tokens: { admin: string; editor: string; user: string };
  let existing: { program: Answer; episode: Answer };
  let checkListed: ReturnType<typeof createProblemCheck>;
  beforeAll(async () => {
    mesh = await MeshClient.shared();
    checkListed = createProblemCheck(await describeContracts([...cmsGatewayApis, ...discoveryGatewayApis]));
    tokens = {
      admin: await mesh.token(mesh.file.admin),
      editor: await mesh.token(),
      user: await mesh.token(await mesh.addUser('USER')),
    };
    const program = await mesh.editors('POST', '/cms/programs', { body: validBodies['/programs'] });
    const episode = await mesh.editors('POST', `/cms/programs/${program.body.id}/episodes`, {
      body: validBodies['/programs/:id/episodes'],
    });
    existing = { program, episode };
  });

  const originOf = ({ api }: Row): string =>
    api.app === 'cms-gateway'
      ? mesh.file.cms
      : api.app === 'discovery-gateway'
        ? mesh.file.discovery
        : `http://127.0.0.1:${mesh.portOf(api.app)}`;
  const idFor = ({ endpoint }: Row): string =>
    (endpoint.path.startsWith('/episodes') ? existing.episode : existing.program).body.id as string;
  const pathOf = (row: Row, id = idFor(row)): string =>
    row.api.base +
    row.endpoint.path
      .replace(/:id\b/, encodeURIComponent(id))
      .replace(':idOrSlug', encodeURIComponent(id))
      .replace(':assetId', encodeURIComponent(id))
      .replace(':app', 'cms-service')
      .replace(':file', 'file.png')
      .replace(':signed', 'forged')
      .replace(':app', 'cms-service');
  const required = ({ endpoint }: Row): string => {
    const names = fieldsOf(endpoint.query).map(([name]) => name);
    return names.includes('q') ? '?q=x' : names.includes('app') ? '?app=cms-service' : '';
  };
  const call = async (
    row: Row,
    {
      path = pathOf(row) + required(row),
      body = row.endpoint.body && (validBodies[row.endpoint.path] ?? {}),
      token = tokens[row.endpoint.roles.includes('EDITOR') ? 'editor' : 'admin'] as string | null,
      headers = {},
    }: { path?: string; body?: unknown; token?: string | null; headers?: Record<string, string> } = {},
  ): Promise<Answer> => {
    const answer = await patiently(() =>
      request(row.endpoint.method, originOf(row) + path, {
        body,
        headers: {
          ...(token !== null && !isPublic(row) && { authorization: `Bearer ${token}` }),
          ...(row.endpoint.ifMatch && { 'if-match': '"1"' }),
          ...headers,
        },
      }),
    );
    checkListed(row.endpoint.method, path, answer.status, answer.body);
    return answer;
  };

  /** Whatever was wrong: a problem, nothing of our insides, never a 5xx. */
  const expectProblem = (answer: Answer, status: number | number[]): TestBody => {
    expect([status].flat()).toContain(answer.status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-request-id')).toBeTruthy();
    expect(answer.body).toMatchObject({
      status: answer.status,
      code: expect.stringMatching(/^[a-z_]+\.[a-z_]+$/),
      title: expect.any(String),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts\b|\.js:|select |insert |at \w+ \(/i);
    return answer.body;
  };
  const pointers = (body: TestBody): string[] => (body.errors ?? []).map(({ pointer }: { pointer: string }) => pointer);

  describe.each(gateway.filter((row) => isJson(row)))('$name, its body', (row) => {
    it.each(['{"a":', "{'a': 1}", '{"a": NaN}', '{"a": 1,}', 'x'.repeat(10)])(
      'refuses the unparseable %s',
      async (body) => {
        expectProblem(await call(row, { body, headers: { 'content-type': 'application/json' } }), 400);
      },
    );

    it('refuses keys that reach for the prototype, and nesting without end', async () => {
      for (const body of ['{"__proto__":{"admin":true}}', `${'['.repeat(10_000)}${']'.repeat(10_000)}`])
        expectProblem(await call(row, { body, headers: { 'content-type': 'application/json' } }), 400);
      expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    });

    it.each([[null], [[]], ['"x"'], [1], [true]])('refuses %p instead of an object', async (body) => {
      expectProblem(
        await call(row, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        422,
      );
    });

    it('refuses an unknown field and points at it', async () => {
      const body = expectProblem(await call(row, { body: { ...validBodies[row.endpoint.path], surprise: 1 } }), 422);
      expect(body.errors).toContainEqual(expect.objectContaining({ pointer: '/surprise', code: 'field.unknown' }));
    });

    it.each(fieldsOf(row.endpoint.body).map(([field]) => field))(
      'refuses a wrong type of %s and points at it',
      async (field) => {
        const wrong = {
          ...validBodies[row.endpoint.path],
          [field]: field === 'localizations' || field === 'media' || field === 'enclosure' ? 'text' : { not: 'this' },
        };
        expect(
          pointers(expectProblem(await call(row, { body: wrong }), 422)).some((pointer) =>
            pointer.startsWith(`/${field}`),
          ),
        ).toBe(true);
      },
    );

    it.each([
      ['a text that is too long', 'م'.repeat(30_000)],
      ['NUL', 'a\u0000b'],
      ['a lone surrogate', 'a\ud800b'],
      ['a noncharacter', 'a\ufffeb'],
    ])('refuses %s in every text', async (_, text) => {
      for (const [field, schema] of fieldsOf(row.endpoint.body)) {
        if (!schema.safeParse('plain text').success && !schema.safeParse('somebody@example.org').success) continue;
        expectProblem(await call(row, { body: { ...validBodies[row.endpoint.path], [field]: text } }), 422);
      }
      if (fieldsOf(row.endpoint.body).some(([field]) => field === 'localizations')) {
        for (const part of ['title', 'description', 'slug']) {
          const body = expectProblem(
            await call(row, { body: { ...validBodies[row.endpoint.path], localizations: { ar: { [part]: text } } } }),
            422,
          );
          expect(pointers(body)).toContain(`/localizations/ar/${part}`);
        }
      }
    });

    it('refuses another type of content, and compressed bodies', async () => {
      expectProblem(
        await call(row, { body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
        415,
      );
      expectProblem(
        await call(row, { body: '{}', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } }),
        415,
      );
    });

    it('refuses more than a megabyte', async () => {
      expectProblem(await call(row, { body: { a: 'x'.repeat(1_100_000) } }), 413);
    });
  });

  describe.each(
    gateway.filter(({ endpoint }) => fieldsOf(endpoint.params).some(([name]) => name === 'id' || name === 'assetId')),
  )('$name, its id', (row) => {
    it.each(['undefined', 'null', '0', '-1', '1 or 1=1', '{00000000-0000-0000-0000-000000000000}', 'x'.repeat(1_000)])(
      'refuses the malformed id %s',
      async (id) => {
        const body = expectProblem(await call(row, { path: pathOf(row, id) }), 422);
        expect(pointers(body)[0]).toMatch(/^\/params\/(?:id|assetId)$/);
      },
    );

    it('knows nothing of a foreign id', async () => {
      expectProblem(await call(row, { path: pathOf(row, randomUUID()) }), 404);
    });
  });

  describe.each(gateway.filter((row) => !isPublic(row)))('$name, who may call', (row) => {
    it('answers nobody without a valid token, whatever headers claim', async () => {
      const forged = {
        'x-user-id': randomUUID(),
        'x-user-roles': 'ADMIN',
        'x-internal': 'true',
        'x-service-authorization': 'Bearer forged',
      };
      const attempts: Record<string, string>[] = [
        {},
        forged,
        { authorization: 'Bearer' },
        { authorization: 'Bearer x' },
        { authorization: 'Basic YTpi' },
        { authorization: `Bearer ${'x'.repeat(10_000)}` },
      ];
      for (const headers of attempts) {
        const answer = await call(row, { token: null, headers });
        expectProblem(answer, 401);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
      expectProblem(await call(row, { token: null, path: `${pathOf(row)}?access_token=${tokens.editor}` }), 401);
    });

    it('refuses a reader of the public side', async () => {
      expectProblem(await call(row, { token: tokens.user }), 403);
    });

    it('cannot be reached by another spelling of its path without a token', async () => {
      const path = pathOf(row);
      for (const spelling of [
        path.replace('api', '%61pi'),
        `/${path}`,
        `${path}/`,
        `${path};x=1`,
        path.replace('/api/', '/api/./'),
        path.replace('/v1/', '//v1/'),
      ]) {
        expectProblem(await call(row, { token: null, path: spelling }), [401, 404]);
      }
    });
  });

  describe.each(gateway.filter(({ endpoint }) => endpoint.ifMatch))('$name, its version', (row) => {
    it('asks for the version and refuses every other', async () => {
      if (row.endpoint.path.startsWith('/sources')) return;
      expectProblem(
        await request(row.endpoint.method, originOf(row) + pathOf(row), {
          body: row.endpoint.body && {},
          headers: { authorization: `Bearer ${tokens.editor}` },
        }),
        428,
      );
      for (const tag of ['"999"', 'W/"1"', '1', 'garbage', ''])
        expectProblem(await call(row, { headers: { 'if-match': tag } }), [412, 428]);
    });
  });

  describe.each(gateway.filter(({ endpoint }) => fieldsOf(endpoint.query).some(([name]) => name === 'cursor')))(
    '$name, its pages',
    (row) => {
      const separator = (path: string): string => (path.includes('?') ? '&' : '?');
      const page = (query: string): Promise<Answer> => {
        const path = pathOf(row) + required(row);
        return call(row, { path: path + separator(path) + query });
      };

      it('refuses an edited cursor', async () => {
        if (row.endpoint.path.startsWith('/runs/')) return;
        const forged = Buffer.from('["x"]').toString('base64url');
        for (const cursor of ['x', `${forged}.${forged}`, Buffer.from('{"__proto__":{}}').toString('base64url')]) {
          const body = expectProblem(await page(`cursor=${cursor}`), 422);
          expect(body.errors).toContainEqual(
            expect.objectContaining({ pointer: '/query/cursor', code: 'cursor.invalid' }),
          );
        }
      });

      it.each(['0', '-1', '101', '1e6', 'x', '1.5', ''])('refuses limit=%s', async (limit) => {
        expect(pointers(expectProblem(await page(`limit=${limit}`), 422))).toContain('/query/limit');
      });

      it('refuses a parameter given twice, and takes unknown ones as its gateway promises', async () => {
        expect(pointers(expectProblem(await page('limit=1&limit=2'), 422))).toContain('/query/limit');
        const unknown = await page('surprise=1&a[b]=1&a[]=2');
        if (row.api.app === 'cms-gateway') expect(pointers(expectProblem(unknown, 422))).toContain('/query/surprise');
        else expect(unknown.status).toBeLessThan(500);
      });
    },
  );

  it.each(gateway)('$name answers 405 with Allow to a method it does not offer', async (row) => {
    const answer = await request('PROPFIND', originOf(row) + pathOf(row), {
      headers: { authorization: `Bearer ${tokens.editor}` },
    });
    expectProblem(answer, [404, 405]);
    if (answer.status === 405) expect(answer.headers.get('allow')).toContain(row.endpoint.method);
  });

  it.each(services.filter(({ endpoint }) => !endpoint.open))(
    '$name of a service answers nobody from outside',
    async (row) => {
      const headers = {
        'x-user-roles': 'ADMIN',
        'x-internal': 'true',
        'x-service-authorization': `Bearer ${tokens.editor}`,
      };
      expectProblem(await call(row, { token: tokens.editor }), 401);
      expectProblem(await call(row, { token: tokens.editor, headers }), 401);
    },
  );
});
