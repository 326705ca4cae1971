import { z } from 'zod';
import { isGateway } from '../kernel/apps.js';
import type { Api, Endpoint } from '../kernel/endpoint.js';
import type { EventDefinition } from '../kernel/event.js';

/** JSON Schema 2020-12, as far as shapes are compared. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly [keyword: string]: unknown;
}

/**
 * A `consumer` validates events, even older ones, with the schema it was built with. A `caller` is a foreign program
 * that reads a gateway's answers.
 */
export type Reader = 'consumer' | 'caller';

/** A shape that others rely on, with a stable name: `content.published.v1`, `cms-gateway.answers`. */
export interface PromisedShape {
  readonly name: string;
  readonly reader: Reader;
  readonly schema: JsonSchema;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isEvent = (value: unknown): value is EventDefinition => isObject(value) && 'topic' in value && 'payload' in value;
const isApi = (value: unknown): value is Api => isObject(value) && 'base' in value && 'endpoints' in value;

export const eventsIn = (module: object): EventDefinition[] => Object.values(module).filter(isEvent);

export const apisIn = (module: object): Api[] => Object.values(module).filter(isApi);

/** The name of the files of an event's version. */
export const nameOfVersion = ({ type, version }: Pick<EventDefinition, 'type' | 'version'>): string =>
  `${type}.v${version}`;

/** The payload of each event and the answers of each gateway, by method and path, among a module's exports. */
export function listPromisedShapes(module: object): PromisedShape[] {
  const apis = apisIn(module).filter(({ app }) => isGateway(app));
  const gateways = [...new Set(apis.map(({ app }) => app))];
  return [
    ...eventsIn(module).map((event): PromisedShape => ({
      name: nameOfVersion(event),
      reader: 'consumer',
      schema: writeSchema(event.payload, 'input'),
    })),
    ...gateways.map((gateway): PromisedShape => ({
      name: `${gateway}.answers`,
      reader: 'caller',
      schema: writeSchema(answersOf(apis.filter(({ app }) => app === gateway)), 'output'),
    })),
  ];
}

/** An endpoint without a JSON answer promises only its path. */
const answersOf = (apis: readonly Api[]): z.ZodObject =>
  z.object(
    Object.fromEntries(
      apis.flatMap(({ base, endpoints }) =>
        Object.values(endpoints).map((endpoint) => [addressOf(base, endpoint), endpoint.returns ?? z.unknown()]),
      ),
    ),
  );

const addressOf = (base: string, { method, path }: Endpoint): string => `${method} ${base}${path}`;

const writeSchema = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema =>
  z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' }) as JsonSchema;
