import { describe, expect, it } from '@jest/globals';
import { defineApi, type Endpoint } from '@mediamesh/contracts';
import { z } from 'zod';
import { describeApis } from './document.js';
import type { Operation } from './operation.js';

const open: Endpoint = { method: 'GET', path: '/things', summary: 'List things', roles: ['PUBLIC'] };
const describeOne = (app: 'cms-gateway' | 'cms-service', endpoint: Endpoint): Operation => {
  const { paths } = describeApis({ title: 'Things', description: '' }, [defineApi(app, '/v1', { one: endpoint })]);
  return Object.values(Object.values(paths)[0] ?? {})[0] as Operation;
};
const statusesOf = ({ responses }: Operation): string[] => Object.keys(responses);
const listed = (operation: Operation, status: number): string => JSON.stringify(operation.responses[status]);

describe('the refusals of an operation', () => {
  it('are those any request may get, and of a token that is not valid, where it asks for nothing', () => {
    expect(statusesOf(describeOne('cms-gateway', open))).toEqual(['204', '401', '422', '503', 'default']);
  });

  it('follow from its roles, its body, its limit and If-Match', () => {
    const patch: Endpoint = {
      ...open,
      method: 'PATCH',
      path: '/things/:id',
      params: z.object({ id: z.string() }),
      body: z.strictObject({ name: z.string().max(3) }),
      roles: ['EDITOR'],
      limit: 'write',
      ifMatch: true,
    };
    expect(statusesOf(describeOne('cms-gateway', patch)).join(' ')).toBe(
      '204 400 401 403 408 412 413 415 422 428 429 503 default',
    );
  });

  it('ask for a service token behind the gateways, unless the endpoint is open', () => {
    expect(listed(describeOne('cms-service', open), 401)).toContain('auth.service_required');
    expect(listed(describeOne('cms-service', { ...open, open: true }), 401)).not.toContain('auth.service_required');
  });

  it('are those it declares, beside those that follow', () => {
    const declared = describeOne('cms-gateway', { ...open, errors: { notFound: ['program.not_found'] } });
    expect(listed(declared, 404)).toContain('404.program.not_found');
  });

  it('name the codes of wrong fields that its shapes know, at any depth', () => {
    const body = z.strictObject({
      kind: z.enum(['a', 'b']),
      size: z.int().min(1).max(9).optional(),
      names: z.record(
        z.string().refine(() => true, { params: { code: 'language.unknown' } }),
        z.array(z.string().min(2).max(3)).optional(),
      ),
    });
    const said = listed(describeOne('cms-gateway', { ...open, method: 'POST', body }), 422);
    const codes = ['unknown', 'required', 'type', 'not_one_of', 'too_small', 'too_big', 'too_short', 'too_long'];
    expect(codes.filter((code) => !said.includes(`\`field.${code}\``))).toEqual([]);
    expect(said).toContain('`language.unknown`');
    expect(said).not.toContain('cursor.invalid');
  });
});

describe('who may call an operation', () => {
  const securityOf = (app: 'cms-gateway' | 'cms-service', endpoint: Partial<Endpoint>) =>
    describeOne(app, { ...open, ...endpoint }).security;

  it('is a person by a token at a gateway, and anybody without', () => {
    expect(securityOf('cms-gateway', { roles: ['EDITOR'] })).toEqual([{ bearer: [] }]);
    expect(securityOf('cms-gateway', {})).toEqual([]);
  });

  it('is a service behind it, with the token of a person where only people may', () => {
    expect(securityOf('cms-service', { roles: ['EDITOR'] })).toEqual([{ service: [], bearer: [] }]);
    expect(securityOf('cms-service', { roles: ['EDITOR', 'SERVICE'] })).toEqual([
      { service: [] },
      { service: [], bearer: [] },
    ]);
    expect(securityOf('cms-service', { open: true })).toEqual([]);
  });
});
