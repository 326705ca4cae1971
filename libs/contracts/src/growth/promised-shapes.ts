import { z } from 'zod';
import { isGateway } from '../kernel/apps.js';
import type { Api, Endpoint } from '../kernel/endpoint.js';
import type { EventDefinition } from '../kernel/event.js';

/** A JSON Schema (2020-12), as far as shapes are compared. */
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
 * Who relies on a shape. A `consumer` checks every event against the schema it was built with, and may read events
 * older than itself; a `caller` is a program of somebody else that reads a gateway's answers.
 */
export type Reader = 'consumer' | 'caller';

/** A shape that others rely on, under a name that stays: `content.published.v1`, `cms-gateway.answers`. */
export interface PromisedShape {
  readonly name: string;
  readonly reader: Reader;
  readonly schema: JsonSchema;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isEvent = (value: unknown): value is EventDefinition => isObject(value) && 'topic' in value && 'payload' in value;
const isApi = (value: unknown): value is Api => isObject(value) && 'base' in value && 'endpoints' in value;

/** The events among everything a module exports. */
export const eventsIn = (module: object): EventDefinition[] => Object.values(module).filter(isEvent);

/** The APIs among everything a module exports. */
export const apisIn = (module: object): Api[] => Object.values(module).filter(isApi);

/** The name under which the shape and the samples of an event's version are kept. */
export const nameOfVersion = ({ type, version }: Pick<EventDefinition, 'type' | 'version'>): string =>
  `${type}.v${version}`;

/**
 * Everything a module declares that others rely on: the payload of each event, and the answers of each gateway by
 * method and address.
 */
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

/** An endpoint that answers no JSON promises its address and nothing else. */
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
