import { describe, expect, it } from '@jest/globals';
import { defineApi, Refusal } from '@mediamesh/contracts';
import { createContext, createMetrics, type Fields, runInContext } from '@mediamesh/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Cursors } from './cursor.js';
import { fieldErrors, pointerOf } from './field-errors.js';
import { matchesTag, parseInput } from './input.js';
import { ProblemFilter } from './problem.filter.js';
import { problemOf } from './problem.js';
import { RouteTable } from './route-table.js';
import { translateError } from './translate-error.js';

const secret = 'a'.repeat(32);

describe('cursors', () => {
  it('give back the position they were made from, for the same list only', () => {
    const cursors = new Cursors([secret]);
    const cursor = cursors.write(['programs', { type: 'film' }], ['2026', 5, null]);
    expect(cursors.read(['programs', { type: 'film' }], cursor)).toEqual(['2026', 5, null]);
    expect(cursors.read(['programs'], undefined)).toBeUndefined();
    expect(() => cursors.read(['programs', { type: 'series' }], cursor)).toThrow(
      expect.objectContaining({ kind: 'invalid', errors: [{ pointer: '/query/cursor', code: 'cursor.invalid' }] }),
    );
  });

  it('cannot be edited, and stay good while secrets are changed', () => {
    const cursor = new Cursors([secret]).write(['x'], ['1']);
    const [payload, signature] = cursor.split('.');
    const rotated = new Cursors(['b'.repeat(32), secret]);
    expect(rotated.read(['x'], cursor)).toEqual(['1']);
    for (const edited of [
      `${Buffer.from('["2"]').toString('base64url')}.${signature}`,
      `${payload}.`,
      `${payload}`,
      `${cursor}.x`,
      'x',
    ])
      expect(() => rotated.read(['x'], edited)).toThrow(Refusal);
    expect(() => new Cursors(['b'.repeat(32)]).read(['x'], cursor)).toThrow(Refusal);
  });

  it('lead through a list page by page, to its end and no further', async () => {
    const cursors = new Cursors([secret]);
    const list = (cursor?: string) =>
      cursors.page(
        ['numbers'],
        { cursor, limit: 2 },
        (after: number | undefined, limit: number) =>
          Promise.resolve([1, 2, 3, 4].filter((one) => one > (after ?? 0)).slice(0, limit)),
        (one) => one,
      );
    const first = await list();
    expect(first).toEqual({ items: [1, 2], next: expect.any(String) });
    await expect(list(first.next ?? undefined)).resolves.toEqual({ items: [3, 4], next: null });
  });
});

describe('what a schema complains about', () => {
  const Shape = z.strictObject({
    name: z.string().max(3),
    age: z.int().min(1),
    kind: z.enum(['a', 'b']),
    tags: z.array(z.string()).max(1).optional(),
  });

  it('becomes our codes with pointers', () => {
    const { error } = Shape.safeParse(
      { name: 'long name', age: 0, kind: 'c', tags: ['x', 'y'], 'odd/key~': 1 },
      { reportInput: true },
    );
    expect(fieldErrors(error?.issues ?? [], '/body')).toEqual([
      { pointer: '/body/name', code: 'field.too_long', values: { maximum: 3 } },
      { pointer: '/body/age', code: 'field.too_small', values: { minimum: 1 } },
      { pointer: '/body/kind', code: 'field.not_one_of', values: { options: 'a, b' } },
      { pointer: '/body/tags', code: 'field.too_long', values: { maximum: 1 } },
      { pointer: '/body/odd~1key~0', code: 'field.unknown' },
    ]);
  });

  it('tells a missing field from one of the wrong type', () => {
    const { error } = Shape.safeParse({ name: null }, { reportInput: true });
    expect(fieldErrors(error?.issues ?? [])).toEqual([
      { pointer: '/name', code: 'field.type', values: { expected: 'string' } },
      { pointer: '/age', code: 'field.required' },
      { pointer: '/kind', code: 'field.required' },
    ]);
    expect(pointerOf([])).toBe('');
  });
});

describe('If-Match', () => {
  const { endpoints } = defineApi('cms-service', '/x', {
    change: { method: 'PATCH', path: '/:id', summary: 'Change', roles: ['ADMIN'], ifMatch: true },
  });
  const versionOf = (header: string | undefined) =>
    parseInput(endpoints.change, {
      headers: { 'if-match': header },
      params: {},
      query: {},
    } as unknown as FastifyRequest).ifMatch;

  it('names a version, or any version with a star', () => {
    expect([versionOf('"7"'), versionOf(' "7" '), versionOf('"x", "7"'), versionOf('*')]).toEqual([7, 7, 7, undefined]);
  });

  it('is required, and matches by strong comparison only', () => {
    expect(() => versionOf(undefined)).toThrow(expect.objectContaining({ kind: 'preconditionRequired' }));
    for (const header of ['W/"7"', '7', '"a"', '', '"6", "7"'])
      expect(() => versionOf(header)).toThrow(expect.objectContaining({ kind: 'stale' }));
  });

  it('differs from If-None-Match, which compares weakly and knows lists', () => {
    expect([
      matchesTag('"7"', '"7"'),
      matchesTag('W/"7", "8"', '"7"'),
      matchesTag('*', '"7"'),
      matchesTag('"8"', '"7"'),
      matchesTag(undefined, '"7"'),
    ]).toEqual([true, true, true, false, false]);
  });
});

describe('parameters that an endpoint does not know', () => {
  const { endpoints } = defineApi('cms-service', '/x', {
    read: { method: 'GET', path: '/', summary: 'Read', roles: ['PUBLIC'] },
    browse: { method: 'GET', path: '/all', summary: 'Browse', roles: ['PUBLIC'], query: z.object({}) },
  });
  const request = { headers: {}, params: {}, query: { page: '2' } } as unknown as FastifyRequest;

  it('are refused, also where it knows none at all', () => {
    expect(() => parseInput(endpoints.read, request)).toThrow(
      expect.objectContaining({ errors: [{ pointer: '/query/page', code: 'field.unknown' }] }),
    );
  });

  it('are ignored where the contract says so', () => {
    expect(parseInput(endpoints.browse, request).query).toEqual({});
  });
});

describe('a problem', () => {
  it('speaks the language asked for and fills in values', () => {
    const refusal = new Refusal('invalid', 'request.invalid', {
      errors: [{ pointer: '/title', code: 'field.too_long', values: { maximum: 500 } }],
    });
    const inArabic = runInContext(createContext({ acceptLanguage: 'ar-EG,en;q=0.5' }), () =>
      problemOf(refusal, '/api'),
    );
    expect(inArabic).toMatchObject({
      status: 422,
      title: 'غير صالح',
      errors: [{ pointer: '/title', code: 'field.too_long', message: 'الحد الأقصى 500' }],
    });
    expect(runInContext(createContext({ acceptLanguage: 'fr' }), () => problemOf(refusal, '/api')).title).toBe(
      'Not valid',
    );
  });

  it('tells nothing of an error nobody expected', () => {
    const refusal = translateError(new Error('select secret from users'));
    expect(refusal).toMatchObject({ kind: 'internal', status: 500 });
    expect(JSON.stringify(problemOf(refusal, '/'))).not.toContain('secret');
  });
});

describe('the log of refusals', () => {
  it('names the address, without what it is signed with', () => {
    const lines: unknown[] = [];
    const note = (_: string, fields?: Fields) => void lines.push(fields?.['path']);
    const filter = new ProblemFilter(
      { debug: note, info: note, warn: note, error: note, flush: () => Promise.resolve() },
      createMetrics('test'),
      new RouteTable([]),
    );
    const refuse = (url: string) =>
      filter.refuse(
        new Refusal('notFound', 'request.not_found'),
        { url, method: 'PUT' } as FastifyRequest,
        { sent: true } as FastifyReply,
      );
    refuse(`/api/v1/media/uploads/${'s'.repeat(200)}?key=secret`);
    refuse('/api/v1/cms/programs/0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f');
    expect(lines).toEqual(['/api/v1/media/uploads/…', '/api/v1/cms/programs/0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f']);
  });
});

describe('the route table', () => {
  it('knows which methods an address answers', () => {
    const api = defineApi('cms-service', '/v1', {
      read: { method: 'GET', path: '/things/:id', summary: '', roles: ['PUBLIC'] },
      change: { method: 'PATCH', path: '/things/:id', summary: '', roles: ['PUBLIC'] },
    });
    const table = new RouteTable(Object.values(api.endpoints).map((endpoint) => ({ api, endpoint })));
    expect(table.methodsAt('/v1/things/1')).toEqual(['GET', 'HEAD', 'PATCH']);
    expect(table.methodsAt('/v1/things')).toEqual([]);
  });
});
