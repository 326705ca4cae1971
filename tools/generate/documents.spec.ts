import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isErrorCode, messages } from '@mediamesh/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** Something with a schema and named examples: a parameter, or one type of content. */
interface Illustrated {
  readonly schema: object;
  readonly examples?: Readonly<Record<string, { readonly value?: unknown; readonly $ref?: string }>>;
}
interface Response {
  readonly $ref?: string;
  readonly description?: string;
  readonly content?: Readonly<Record<string, Illustrated>>;
}
interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly ({
    readonly in: string;
    readonly name: string;
    readonly required: boolean;
  } & Illustrated)[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Illustrated>> };
  readonly responses: Readonly<Record<string, Response>>;
  readonly security?: readonly Readonly<Record<string, unknown>>[];
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes?: Readonly<Record<string, unknown>> };
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

/** A response itself, wherever it stands. */
const responseOf = (document: Document, response: Response | undefined): Response =>
  (response?.$ref === undefined ? response : (follow(document, response.$ref) as Response)) ?? {};

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
        expect(Object.keys(responseOf(document, responses[code]).content ?? {})).toEqual(['application/problem+json']);
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

  it('says what the app is, and files each operation under one noun', () => {
    expect(document.info.title).toMatch(/^MediaMesh [A-Z]/);
    expect(document.info.description.length).toBeGreaterThan(200);
    const known = document.tags.map((tag) => tag.name);
    expect(operations.filter(({ tags = [] }) => tags.length !== 1 || !known.includes(tags[0] ?? ''))).toEqual([]);
    expect(document.tags.filter(({ description }) => description === '')).toEqual([]);
  });

  it('asks only for credentials that it describes', () => {
    const asked = operations.flatMap(({ security = [] }) => security.flatMap((way) => Object.keys(way)));
    expect(Object.keys(document.components.securitySchemes ?? {}).sort()).toEqual([...new Set(asked)].sort());
  });

  it('has examples for what each operation needs and answers', () => {
    const lacking = operations.flatMap(({ operationId, parameters = [], requestBody, responses }) => {
      const contents = [
        ...Object.entries(requestBody?.content ?? {}),
        ...Object.values(responses).flatMap((one) => Object.entries(responseOf(document, one).content ?? {})),
      ].filter(([type]) => type.endsWith('json'));
      const needed = [...parameters.filter(({ required }) => required), ...contents.map(([, content]) => content)];
      return needed.some(({ examples = {} }) => Object.keys(examples).length === 0) ? [operationId] : [];
    });
    expect(lacking).toEqual([]);
  });

  it('has only examples that are valid by the schema they stand under', () => {
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    formats.default(ajv);
    ajv.addSchema({ $id: 'document', ...document });
    const wrong = listIllustrated(document, '').flatMap(([where, { schema, examples = {} }]) => {
      const validate = ajv.compile(pointInto(schema) as object);
      return Object.entries(examples).flatMap(([example, { value, $ref }]) => {
        const shown = $ref === undefined ? value : (follow(document, $ref) as { value: unknown }).value;
        return validate(shown) ? [] : [`${where} ${example}: ${ajv.errorsText(validate.errors)}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('refers to nothing that is not there', () => {
    const broken = listRefs(document).filter((ref) => !ref.startsWith('#/') || follow(document, ref) === undefined);
    expect(broken).toEqual([]);
  });
});

/** Whatever has a schema and examples, at any depth, with where it stands. */
function listIllustrated(value: unknown, where: string): [string, Illustrated][] {
  if (typeof value !== 'object' || value === null) return [];
  const own: [string, Illustrated][] = 'schema' in value && 'examples' in value ? [[where, value as Illustrated]] : [];
  return [...own, ...Object.entries(value).flatMap(([key, inner]) => listIllustrated(inner, `${where} ${key}`))];
}

/** A schema whose references lead into the document it was taken from. */
function pointInto(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointInto);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === '$ref' ? `document${String(inner)}` : pointInto(inner)]),
  );
}

describe('the documents together', () => {
  const all = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Document);
  const listed = new Set(JSON.stringify(all).match(/(?<=`)[a-z_]+\.[a-z_]+(?=`)/g));

  it('list every error code', () => {
    expect(Object.keys(messages).filter((code) => !listed.has(code))).toEqual([]);
    expect([...listed].filter((code) => !isErrorCode(code))).toEqual([]);
  });
});
