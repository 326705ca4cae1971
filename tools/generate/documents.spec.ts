import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const folder = join(import.meta.dirname, '../../docs/openapi');
const methods = ['get', 'post', 'put', 'patch', 'delete'];

const operationsOf = ({ paths }: Document): Operation[] =>
  Object.values(paths).flatMap((path) =>
    Object.entries(path).flatMap(([method, operation]) => (methods.includes(method) ? [operation] : [])),
  );

/** Every `$ref` in a value, at any depth. */
function listRefs(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner] : listRefs(inner),
  );
}

/** What `#/components/schemas/Program` leads to. */
const follow = (document: Document, ref: string): unknown =>
  ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>(
      (value, step) => (value as Record<string, unknown> | undefined)?.[decodeURIComponent(step)],
      document,
    );

/** Path parameters named in the address, and those declared. */
const parametersOf = (address: string, operation: Operation) => ({
  named: [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort(),
  declared: (operation.parameters ?? [])
    .filter((parameter) => parameter.in === 'path')
    .map(({ name }) => name)
    .sort(),
});

describe.each(readdirSync(folder).map((name) => [name]))('the OpenAPI document %s', (name) => {
  const document = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Document;
  const operations = operationsOf(document);

  it('is OpenAPI 3.1 and describes operations', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(operations.length).toBeGreaterThan(0);
  });

  it('names each operation once and sums it up', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names.filter((one) => !one)).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(operations.filter(({ summary }) => !summary)).toEqual([]);
  });

  it('says for each operation what success and what a problem look like', () => {
    for (const { operationId, responses } of operations) {
      const codes = Object.keys(responses);
      const problems = codes.filter((code) => code >= '400');
      expect({ operationId, success: codes.some((code) => code < '400'), problems: problems.length > 0 }).toEqual({
        operationId,
        success: true,
        problems: true,
      });
      for (const code of problems)
        expect(Object.keys(responses[code]?.content ?? {})).toEqual(['application/problem+json']);
    }
  });

  it('declares the parameters its addresses name', () => {
    for (const [address, path] of Object.entries(document.paths)) {
      for (const operation of Object.values(path)) {
        const { named, declared } = parametersOf(address, operation);
        expect({ address, declared }).toEqual({ address, declared: named });
      }
    }
  });

  it('refers to nothing that is not there', () => {
    const broken = listRefs(document).filter((ref) => !ref.startsWith('#/') || follow(document, ref) === undefined);
    expect(broken).toEqual([]);
  });
});
