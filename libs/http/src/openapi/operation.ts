import { type Api, type Endpoint, isGateway, type NamedExamples, successStatus, type Tag } from '@mediamesh/contracts';
import type { z } from 'zod';
import { listCodes, type ProblemComponents } from './problems.js';
import { refusalsOf } from './refusals.js';
import type { JsonSchema, SchemaComponents } from './schemas.js';

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly Tag[];
  readonly parameters: readonly JsonSchema[];
  readonly requestBody?: JsonSchema;
  readonly responses: Readonly<Record<string, JsonSchema>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

export interface Components {
  readonly schemas: SchemaComponents;
  readonly problems: ProblemComponents;
}

export function describeOperation(
  api: Api,
  name: string,
  endpoint: Endpoint,
  { schemas, problems }: Components,
): Operation {
  const requestBody = describeBody(endpoint, schemas);
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: endpoint.tag ? [endpoint.tag] : [],
    parameters: describeParameters(endpoint, schemas),
    ...(requestBody && { requestBody }),
    responses: {
      [successStatus(endpoint)]: describeAnswer(endpoint, schemas),
      ...(endpoint.etag && endpoint.method === 'GET' && { 304: { description: 'Unchanged since `If-None-Match`' } }),
      ...problems.describe(refusalsOf(api, endpoint), api.base + endpoint.path),
      default: { $ref: '#/components/responses/AnyProblem' },
    },
    security: describeSecurity(api, endpoint),
  };
}

function describeParameters(endpoint: Endpoint, schemas: SchemaComponents): JsonSchema[] {
  const inPlace = (place: 'path' | 'query', part: 'params' | 'query') =>
    Object.entries<z.ZodType>(endpoint[part]?.shape ?? {}).map(([name, schema]) => ({
      name,
      in: place,
      required: place === 'path' || !schema.safeParse(undefined).success,
      schema: withoutExample(schemas.refer(schema, 'input')),
      ...examplesOf(endpoint, (example) => (example[part] as Record<string, unknown> | undefined)?.[name]),
    }));
  const ifMatch = {
    name: 'If-Match',
    in: 'header',
    required: true,
    description: 'The `ETag` last read, which is the version in quotes',
    schema: { type: 'string' },
    ...examplesOf(endpoint, (example) => example.ifMatch && `"${String(example.ifMatch)}"`),
  };
  return [...inPlace('path', 'params'), ...inPlace('query', 'query'), ...(endpoint.ifMatch ? [ifMatch] : [])];
}

function describeBody(endpoint: Endpoint, schemas: SchemaComponents): JsonSchema | undefined {
  if (endpoint.bytes === 'in' || endpoint.bytes === 'both')
    return { required: false, content: describeBytes(endpoint) };
  if (!endpoint.body) return undefined;
  const json = { schema: schemas.refer(endpoint.body, 'input'), ...examplesOf(endpoint, ({ body }) => body) };
  return { required: !endpoint.bodyOptional, content: { 'application/json': json } };
}

function describeAnswer(endpoint: Endpoint, schemas: SchemaComponents): JsonSchema {
  const { returns, bytes, errors: { inAnswer = [] } = {}, etag, location } = endpoint;
  const headers = {
    ...(etag && { ETag: { description: 'The version in quotes', schema: { type: 'string' } } }),
    ...(location && { Location: { description: 'The address of what was made', schema: { type: 'string' } } }),
  };
  const json = returns && { schema: schemas.refer(returns, 'output'), ...examplesOf(endpoint, ({ answer }) => answer) };
  return {
    description:
      inAnswer.length === 0 ? endpoint.summary : `${endpoint.summary}\n\n${listCodes('In the answer', inAnswer)}`,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(json && { content: { 'application/json': json } }),
    ...((bytes === 'out' || bytes === 'both') && { content: describeBytes(endpoint) }),
  };
}

const describeBytes = ({ mediaTypes = ['application/octet-stream'] }: Endpoint): JsonSchema =>
  Object.fromEntries(mediaTypes.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));

/** One part of each example, by example name. Empty where no example has it. */
function examplesOf(
  { examples = {} }: Endpoint,
  pick: (example: NamedExamples[string]) => unknown,
): { examples?: Record<string, { value: unknown }> } {
  const picked = Object.entries(examples).flatMap(([name, example]) => {
    const value = pick(example);
    return value === undefined ? [] : [[name, { value }] as const];
  });
  return picked.length > 0 ? { examples: Object.fromEntries(picked) } : {};
}

/** The documentation page would prefer the schema's example to those of the operation. */
const withoutExample = ({ example: _, ...schema }: JsonSchema): JsonSchema => schema;

/** Each entry is an alternative: the token of a user, of a service, or both. */
function describeSecurity({ app }: Api, { roles, open }: Endpoint): Operation['security'] {
  const service: Record<string, string[]> = isGateway(app) || open ? {} : { service: [] };
  const isForNobody = roles.includes('PUBLIC') || roles.includes('SERVICE');
  const isForPeople = roles.some((role) => role !== 'PUBLIC' && role !== 'SERVICE');
  const ways = [...(isForNobody ? [service] : []), ...(isForPeople ? [{ ...service, bearer: [] }] : [])];
  return ways.filter((way) => Object.keys(way).length > 0);
}
