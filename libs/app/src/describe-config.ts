import { screamingName } from '@mediamesh/contracts';
import { z } from 'zod';
import { Addresses } from './config.js';
import type { AnyApp } from './define-app.js';
import { LimitsShape } from './limits-config.js';
import { type Condition, Secret, Shared, sharedConditions } from './shared-config.js';

/** One environment variable, as a person who installs the mesh needs to know it. */
export interface ConfigVariable {
  readonly name: string;
  readonly description?: string;
  /** What it is unless given; without one and not required it is simply absent. */
  readonly default?: string;
  readonly required: boolean;
  /** `EVENT_BUS=kafka`, or `KEY_ID is given`: when it is required though it is not always. */
  readonly requiredWhen?: readonly string[];
  /** The only values it takes. */
  readonly choices?: readonly string[];
}

/** The variables of one owner; `title` is an app or what they share. */
export interface ConfigSection {
  readonly title: string;
  readonly variables: readonly ConfigVariable[];
}

const secretHint = 'At least 32 characters, made by chance.';

/**
 * Every variable the given apps read, from the very schemas that read them. A variable that several read is listed
 * once.
 */
export function describeConfig(apps: readonly AnyApp[]): ConfigSection[] {
  const sections = [
    { title: 'every process', variables: variablesOf(Shared, sharedConditions) },
    { title: 'addresses', variables: variablesOf(Addresses) },
    { title: 'limits of the gateways', variables: variablesOf(LimitsShape) },
    { title: 'secrets between apps', variables: apps.map(serviceSecretOf) },
    ...apps.map((app) => ({
      title: app.name,
      variables: [...databaseOf(app), ...variablesOf(z.object(app.config), app.needs)],
    })),
  ];
  const seen = new Set<string>();
  return sections
    .map(({ title, variables }) => ({
      title,
      variables: variables.filter(({ name }) => !seen.has(name) && seen.add(name)),
    }))
    .filter(({ variables }) => variables.length > 0);
}

const serviceSecretOf = ({ name }: AnyApp): ConfigVariable => ({
  name: `SERVICE_SECRET_${screamingName(name)}`,
  description: secretHint,
  required: true,
});

const databaseOf = ({ database }: AnyApp): ConfigVariable[] =>
  database
    ? [
        {
          name: `${database.toUpperCase()}_DATABASE_URL`,
          description: 'Its database (postgres://user:password@host:port/database); required without POSTGRES_URL.',
          required: false,
        },
      ]
    : [];

interface DescribedShape {
  readonly properties?: Readonly<
    Record<string, { readonly description?: string; readonly enum?: readonly string[]; readonly minLength?: number }>
  >;
  readonly required?: readonly string[];
}

function variablesOf(
  schema: z.ZodObject | z.ZodPipe<z.ZodObject>,
  conditions: readonly Condition[] = [],
): ConfigVariable[] {
  const object = schema instanceof z.ZodPipe ? schema.in : schema;
  const { properties = {}, required = [] } = z.toJSONSchema(object, {
    io: 'input',
    unrepresentable: 'any',
  }) as DescribedShape;
  return Object.entries(properties).map(([name, { description, enum: choices, minLength }]) => ({
    name,
    description: description ?? (minLength === Secret.minLength ? secretHint : undefined),
    default: defaultOf(object.shape[name]),
    required: required.includes(name),
    requiredWhen: conditions
      .filter(({ require }) => require.includes(name))
      .map(({ when, is }) => (is === undefined ? `${when} is given` : `${when}=${is}`)),
    choices,
  }));
}

/**
 * What the schema makes of nothing, when that is one value. JSON Schema drops defaults of values that are transformed.
 */
function defaultOf(schema: z.core.$ZodType | undefined): string | undefined {
  const { data } = schema ? z.safeParse(schema, undefined) : {};
  return typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean' ? String(data) : undefined;
}
