import { type Api, type Tag, tags } from '@mediamesh/contracts';
import { describeOperation, type Operation } from './operation.js';
import { ProblemComponents, problemSchema } from './problems.js';
import { type JsonSchema, SchemaComponents } from './schemas.js';

export interface AppText {
  readonly title: string;
  /** CommonMark. */
  readonly description: string;
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: AppText & { readonly version: string };
  readonly tags: readonly { readonly name: Tag; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `accessToken` of a login, without the word Bearer.',
  },
  service: {
    type: 'apiKey',
    in: 'header',
    name: 'x-service-authorization',
    description: '`Bearer` and the token that auth-service issued to the calling service for this one.',
  },
};

/** Generates the document from contracts alone. Named schemas and example problems become components. */
export function describeApis(info: AppText, apis: readonly Api[]): OpenApiDocument {
  const schemas = new SchemaComponents();
  const problems = new ProblemComponents();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const api of apis) {
    for (const [name, endpoint] of Object.entries(api.endpoints)) {
      const address = (api.base + endpoint.path).replace(/:(\w+)/g, '{$1}');
      const operation = describeOperation(api, name, endpoint, { schemas, problems });
      paths[address] = { ...paths[address], [endpoint.method.toLowerCase()]: operation };
    }
  }
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const used = new Set(operations.flatMap((operation) => operation.tags));
  const asked = new Set(operations.flatMap(({ security }) => security.flatMap((one) => Object.keys(one))));
  return {
    openapi: '3.1.0',
    info: { ...info, version: '1' },
    tags: Object.entries(tags).flatMap(([name, description]) =>
      used.has(name as Tag) ? [{ name: name as Tag, description }] : [],
    ),
    paths: sorted(paths),
    components: {
      schemas: sorted<JsonSchema>({ Problem: problemSchema, ...schemas.named }),
      responses: sorted(problems.responses),
      examples: sorted(problems.examples),
      // A scheme that no operation uses, or an empty list, would show a login button.
      ...(asked.size > 0 && { securitySchemes: Object.fromEntries(schemesOf(asked)) }),
    },
  };
}

const schemesOf = (asked: ReadonlySet<string>): [string, object][] =>
  Object.entries(securitySchemes).filter(([name]) => asked.has(name));

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
