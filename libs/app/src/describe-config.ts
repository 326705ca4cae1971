import { screamingName } from '@mediamesh/contracts';
import { z } from 'zod';
import { Addresses } from './config.js';
import type { AnyApp } from './define-app.js';
import { LimitsShape } from './limits-config.js';
import { type Condition, Secret, Shared, sharedConditions } from './shared-config.js';

export interface ConfigVariable {
  readonly name: string;
  readonly description?: string;
  /** Absent when the variable has no default. */
  readonly default?: string;
  readonly required: boolean;
  /** `EVENT_BUS=kafka` or `KEY_ID is given`: conditions under which it is required. */
  readonly requiredWhen?: readonly string[];
  readonly choices?: readonly string[];
}

/** `title` is an app, or what the variables have in common. */
export interface ConfigSection {
  readonly title: string;
  readonly variables: readonly ConfigVariable[];
}

const secretHint = 'At least 32 characters, made by chance.';

/** All variables of the given apps, generated from the schemas that parse them. A shared variable is listed once. */
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

/** Parses `undefined`, because JSON Schema drops the defaults of transformed values. */
function defaultOf(schema: z.core.$ZodType | undefined): string | undefined {
  const { data } = schema ? z.safeParse(schema, undefined) : {};
  return typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean' ? String(data) : undefined;
}
