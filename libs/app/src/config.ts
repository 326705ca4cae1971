import { appNames, appPorts, type AppName, screamingName } from '@mediamesh/contracts';
import type { LimitsConfig } from '@mediamesh/limits';
import type { DatabaseService } from '@mediamesh/migrations';
import { z } from 'zod';
import type { AnyApp } from './define-app.js';
import { LimitsShape } from './limits-config.js';
import {
  findLacking,
  HttpUrl,
  List,
  Port,
  PostgresUrl,
  Secret,
  Shared,
  type SharedConfig,
  sharedConditions,
} from './shared-config.js';

export type Addresses = Readonly<Record<AppName, { readonly port: number; readonly urls: readonly string[] }>>;

export interface AppConfig {
  readonly own: Readonly<Record<string, unknown>>;
  readonly serviceSecret: string;
  readonly databaseUrl: string | undefined;
}

export interface MeshConfig {
  readonly shared: SharedConfig;
  readonly addresses: Addresses;
  readonly limits: LimitsConfig;
  readonly apps: ReadonlyMap<AppName, AppConfig>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** All mistakes together. Values are left out, because they may be secrets. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly mistakes: readonly string[]) {
    super(`The configuration is wrong:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
  }
}

/** Zod's own message for text that is not a number speaks of NaN. */
const explainIssue = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type' && issue.expected === 'number' ? 'must be a number' : issue.message;

/** Reads the configuration of all apps. @throws ConfigError with all mistakes */
export function readConfig(apps: readonly AnyApp[], environment: Environment): MeshConfig {
  const mistakes: string[] = [];
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const read = <S extends z.ZodType>(schema: S): z.output<S> | undefined => {
    const result = schema.safeParse(present);
    if (result.success) return result.data;
    mistakes.push(
      ...result.error.issues.map((issue) => {
        const isGiven = present[String(issue.path[0])] !== undefined;
        return `${issue.path.join('.')}: ${isGiven ? explainIssue(issue) : 'is required'}`;
      }),
    );
    return undefined;
  };
  const shared = read(Shared);
  const addresses = read(Addresses);
  const limits = read(LimitsShape);
  mistakes.push(...findLacking(sharedConditions, shared ?? present));
  if (shared) mistakes.push(...findContradictions(shared));
  const configs = apps.map((app): [AppName, AppConfig] => {
    const own = read(z.object(app.config));
    mistakes.push(...findLacking(app.needs ?? [], own ?? present));
    const secretName = `SERVICE_SECRET_${screamingName(app.name)}`;
    const secret = read(z.object({ [secretName]: Secret }))?.[secretName] ?? '';
    return [
      app.name,
      {
        own: own ?? {},
        serviceSecret: secret,
        databaseUrl: app.database && databaseUrl(app.database, present, mistakes),
      },
    ];
  });
  if (!shared || !addresses || !limits || mistakes.length > 0) throw new ConfigError([...new Set(mistakes)]);
  return { shared, addresses, limits, apps: new Map(configs) };
}

function findContradictions({
  NODE_ENV,
  KAFKA_SASL,
  KAFKA_TLS,
  KAFKA_TLS_CA,
  REDIS_URL,
  REDIS_CLUSTER: isCluster,
  REDIS_TLS_CA: authority,
}: SharedConfig): string[] {
  const { pathname, protocol } = new URL(REDIS_URL ?? 'rediss:///0');
  const isPlain = !KAFKA_TLS && KAFKA_TLS_CA === undefined;
  return [
    ...(KAFKA_SASL === 'aws-iam' && isPlain ? ['KAFKA_TLS: must be on when KAFKA_SASL is aws-iam'] : []),
    // The password would be sent in plain text.
    ...(KAFKA_SASL === 'plain' && isPlain && NODE_ENV === 'production'
      ? ['KAFKA_TLS: must be on in production when KAFKA_SASL is plain']
      : []),
    ...(isCluster && Number(pathname.slice(1)) !== 0
      ? ['REDIS_URL: must name no database but 0 when REDIS_CLUSTER is on']
      : []),
    ...(authority !== undefined && protocol !== 'rediss:'
      ? ['REDIS_URL: must begin with rediss:// when REDIS_TLS_CA is given']
      : []),
  ];
}

/** The service's own database; undefined when it creates one on the shared server. */
function databaseUrl(service: DatabaseService, environment: Environment, mistakes: string[]): string | undefined {
  const name = `${service.toUpperCase()}_DATABASE_URL`;
  const url = environment[name];
  if (url === undefined) {
    if (environment['POSTGRES_URL'] === undefined)
      mistakes.push(`${name}: is required (or POSTGRES_URL for all services)`);
    return undefined;
  }
  if (!PostgresUrl.safeParse(url).success)
    mistakes.push(`${name}: must look like postgres://user:password@host:port/database`);
  return url;
}

/** `CMS_SERVICE_PORT`, and `CMS_SERVICE_URL` with one or more instances separated by commas. Both have defaults. */
export const Addresses = z
  .object(
    Object.fromEntries(
      appNames.flatMap((name) => [
        [`${screamingName(name)}_PORT`, Port.default(appPorts[name])],
        [`${screamingName(name)}_URL`, List(HttpUrl).optional()],
      ]),
    ) as Record<string, z.ZodType<string[] | number | undefined>>,
  )
  .transform(
    (values) =>
      Object.fromEntries(
        appNames.map((name) => {
          const port = Number(values[`${screamingName(name)}_PORT`]);
          return [name, { port, urls: values[`${screamingName(name)}_URL`] ?? [`http://127.0.0.1:${port}`] }];
        }),
      ) as unknown as Addresses,
  );
