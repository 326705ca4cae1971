import { type Api, type Endpoint, refusalKinds, type RefusalKind, successStatus } from '@mediamesh/contracts';
import { applyDecorators } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  type OpenAPIObject,
} from '@nestjs/swagger';
import { z } from 'zod';

type JsonSchema = Record<string, unknown>;
type Direction = 'input' | 'output';

/**
 * Documents an endpoint for Swagger from the same object that validates it. Shapes with a name become components, see
 * {@link withComponents}.
 */
export function documentEndpoint(api: Api, name: string, endpoint: Endpoint): MethodDecorator {
  const streams = endpoint.bytes === 'in' || endpoint.bytes === 'both';
  const tag = endpoint.path.split('/')[1] ?? api.app;
  const decorators = [
    ApiOperation({ operationId: name, summary: endpoint.summary, tags: [`${api.base.split('/').at(-1)}: ${tag}`] }),
    ...fieldsOf(endpoint.params).map(([field, schema]) =>
      ApiParam({ name: field, required: true, schema: referTo(schema, 'input') }),
    ),
    ...fieldsOf(endpoint.query).map(([field, schema]) =>
      ApiQuery({ name: field, required: !schema.safeParse(undefined).success, schema: referTo(schema, 'input') }),
    ),
    ...(endpoint.body ? [ApiBody({ required: !endpoint.bodyOptional, schema: referTo(endpoint.body, 'input') })] : []),
    ...(streams ? [ApiBody({ required: false, schema: { type: 'string', format: 'binary' } })] : []),
    ...(endpoint.ifMatch ? [ApiHeader({ name: 'If-Match', required: true, description: 'The ETag last read' })] : []),
    ApiResponse({
      status: successStatus(endpoint),
      description: endpoint.summary,
      ...(endpoint.returns && { schema: referTo(endpoint.returns, 'output') }),
    }),
    ...refusalsOf(endpoint).map((kind) =>
      ApiResponse({ status: refusalKinds[kind].status, description: kind, content: problemContent }),
    ),
    ...(endpoint.roles.includes('PUBLIC') ? [] : [ApiBearerAuth()]),
  ];
  return applyDecorators(...decorators) as MethodDecorator;
}

/** The document with every named shape the endpoints mention. */
export function withComponents(document: OpenAPIObject, apis: readonly Api[]): OpenAPIObject {
  const schemas: Record<string, JsonSchema> = { Problem: problemSchema };
  for (const { endpoints } of apis) {
    for (const endpoint of Object.values(endpoints)) {
      for (const [schema, direction] of schemasOf(endpoint)) Object.assign(schemas, definitionsOf(schema, direction));
    }
  }
  const components = {
    ...document.components,
    schemas: sorted(schemas) as NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>,
  };
  return { ...document, openapi: '3.1.0', components };
}

const fieldsOf = (schema: z.ZodObject | undefined): [string, z.ZodType][] =>
  Object.entries(schema?.shape ?? {}) as [string, z.ZodType][];

const schemasOf = (endpoint: Endpoint): [z.ZodType, Direction][] => [
  ...(endpoint.body ? [[endpoint.body, 'input'] satisfies [z.ZodType, Direction]] : []),
  ...(endpoint.returns ? [[endpoint.returns, 'output'] satisfies [z.ZodType, Direction]] : []),
  ...fieldsOf(endpoint.query).map(([, schema]): [z.ZodType, Direction] => [schema, 'input']),
];

const convert = (schema: z.ZodType, io: Direction): JsonSchema => {
  const { $schema, ...converted } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    cycles: 'ref',
  }) as JsonSchema;
  return rename(converted, io) as JsonSchema;
};

/** The schema itself, or a reference when it has a name. */
function referTo(schema: z.ZodType, io: Direction): JsonSchema {
  const { $defs, ...converted } = convert(schema, io);
  return typeof converted['id'] === 'string'
    ? { $ref: `#/components/schemas/${nameOf(converted['id'], io)}` }
    : converted;
}

function definitionsOf(schema: z.ZodType, io: Direction): Record<string, JsonSchema> {
  const { $defs = {}, ...own } = convert(schema, io) as { $defs?: Record<string, JsonSchema> } & JsonSchema;
  const named = typeof own['id'] === 'string' ? { [nameOf(own['id'], io)]: own } : {};
  const nested = Object.fromEntries(Object.entries($defs).map(([id, definition]) => [nameOf(id, io), definition]));
  return Object.fromEntries(
    Object.entries({ ...nested, ...named }).map(([id, { id: _, ...definition }]) => [id, definition]),
  );
}

/** The two forms of a shape differ (defaults, transforms), so what is sent and what is answered never share a name. */
const nameOf = (id: string, io: Direction): string =>
  io === 'input' && !/^(?:Create|Patch|Declare|Import|Login|Choose)/.test(id) ? `${id}Input` : id;

function rename(value: unknown, io: Direction): unknown {
  if (Array.isArray(value)) return value.map((one) => rename(one, io));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === '$ref' && typeof inner === 'string'
        ? [key, inner.replace(/^#\/\$defs\/(.+)$/, (_, id: string) => `#/components/schemas/${nameOf(id, io)}`)]
        : [key, rename(inner, io)],
    ),
  );
}

function refusalsOf(endpoint: Endpoint): RefusalKind[] {
  const needsBody = endpoint.body !== undefined;
  const kinds: [boolean, RefusalKind][] = [
    [needsBody, 'malformed'],
    [!endpoint.roles.includes('PUBLIC'), 'unauthenticated'],
    [!endpoint.roles.includes('PUBLIC'), 'forbidden'],
    [endpoint.params !== undefined, 'notFound'],
    [endpoint.ifMatch === true, 'stale'],
    [needsBody || endpoint.query !== undefined || endpoint.params !== undefined, 'invalid'],
    [endpoint.ifMatch === true, 'preconditionRequired'],
    [endpoint.limit !== undefined, 'limited'],
    [true, 'unavailable'],
  ];
  return kinds.flatMap(([applies, kind]) => (applies ? [kind] : []));
}

const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
const text = { type: 'string' };
const problemSchema: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    detail: text,
    instance: text,
    code: text,
    traceId: text,
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: { pointer: text, code: text, message: text },
      },
    },
  },
};

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
