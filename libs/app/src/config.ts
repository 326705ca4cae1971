import { appNames, appPorts, type AppName, type LimitName, screamingName } from '@mediamesh/contracts';
import { defaultLimits, type LimitPolicy, type LimitsConfig, type LimitSubject } from '@mediamesh/limits';
import type { DatabaseService } from '@mediamesh/migrations';
import { z } from 'zod';
import type { AnyApp } from './define-app.js';

/** A secret that is really one: 32 characters at the least, made by chance. */
export const Secret = z.string().min(32, 'must have at least 32 characters');
export const Port = z.coerce.number().int().min(0).max(65_535);
/** `true`/`false`, `on`/`off`, `1`/`0`. */
export const Switch = z.enum(['true', 'false', 'on', 'off', '1', '0']).transform((value) => value === 'true' || value === 'on' || value === '1');
export const HttpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const PostgresUrl = z.string().regex(/^postgres(?:ql)?:\/\/\S+$/, 'must look like postgres://user:password@host:port/database');

/** What every process may be told. */
const sharedShape = {
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  BIND_ADDRESS: z.string().default('127.0.0.1').describe('The address services listen on; only gateways are meant for others.'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LOG_FOLDER: z.string().optional().describe('A folder for <app>.log; standard output without it.'),
  POSTGRES_URL: PostgresUrl.optional().describe('One server for all services: each makes a role and a database of its own on it.'),
  DATABASE_POOL: z.coerce.number().int().min(2).max(100).default(10).describe('The most connections of each service to its database.'),
  MIGRATE: Switch.optional().describe('Whether databases are migrated at the start; off by default in production, where it is a step of its own.'),
  EVENT_BUS: z.enum(['in-process']).default('in-process'),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0).describe("How many proxies in front of the gateways may be believed about the client's address."),
  CURSOR_SECRETS: z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.tuple([Secret], Secret))
    .describe('Sign and verify cursors, separated by commas; the first signs. Each has at least 32 characters.'),
};
/** `50/200`: fifty a second in the long run, two hundred at once. */
const Rate = z
  .string()
  .regex(/^[1-9]\d{0,5}\/[1-9]\d{0,5}$/, 'must look like 50/200 (a second, at once)')
  .transform((text) => text.split('/').map(Number))
  .transform(([perSecond = 0, burst = 0]): LimitPolicy => ({ kind: 'bucket', perSecond, burst }))
  .optional();
/** `10/60`: ten times in sixty seconds. */
const Quota = z
  .string()
  .regex(/^[1-9]\d{0,5}\/[1-9]\d{0,5}$/, 'must look like 10/60 (times, seconds)')
  .transform((text) => text.split('/').map(Number))
  .transform(([quota = 0, seconds = 0]): LimitPolicy => ({ kind: 'window', quota, seconds }))
  .optional();

/** A default the way it is set: `50/200`. */
function writeLimit(name: LimitName, of: LimitSubject): string {
  const policy = defaultLimits[name].find(({ subject }) => subject === of)?.policy;
  if (!policy) return 'none';
  return policy.kind === 'bucket' ? `${policy.perSecond}/${policy.burst}` : `${policy.quota}/${policy.seconds}`;
}

/** The limits of the gateways, each with the default of `libs/limits`. */
export const LimitsShape = z
  .object({
    LIMIT_SEARCH: Rate.describe(`Searches of one caller: a second in the long run, and at once. Without it ${writeLimit('search', 'caller')}.`),
    LIMIT_READ: Rate.describe(`Public reads of one caller, written alike. Without it ${writeLimit('read', 'caller')}.`),
    LIMIT_WRITE: Rate.describe(`Writes of one editor, written alike. Without it ${writeLimit('write', 'caller')}.`),
    LIMIT_LOGIN_ADDRESS: Quota.describe(`Logins from one address: times, and in how many seconds. Without it ${writeLimit('login', 'address')}.`),
    LIMIT_LOGIN_ACCOUNT: Quota.describe(`Logins to one account, written alike. Without it ${writeLimit('login', 'account')}.`),
  })
  .transform(({ LIMIT_SEARCH, LIMIT_READ, LIMIT_WRITE, LIMIT_LOGIN_ADDRESS, LIMIT_LOGIN_ACCOUNT }): LimitsConfig => {
    const rules = (name: LimitName, bySubject: Partial<Record<LimitSubject, LimitPolicy | undefined>>) =>
      defaultLimits[name].map(({ subject, policy }) => ({ subject, policy: bySubject[subject] ?? policy }));
    return {
      search: rules('search', { caller: LIMIT_SEARCH }),
      read: rules('read', { caller: LIMIT_READ }),
      write: rules('write', { caller: LIMIT_WRITE }),
      login: rules('login', { address: LIMIT_LOGIN_ADDRESS, account: LIMIT_LOGIN_ACCOUNT }),
    };
  });
export const Shared = z.object(sharedShape);
export type SharedConfig = z.output<typeof Shared>;

/** Where every app listens and is found. */
export type Addresses = Readonly<Record<AppName, { readonly port: number; readonly url: string }>>;

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

/** Every mistake of every app, so that they are mended in one go. No value is repeated: it may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly mistakes: readonly string[]) {
    super(`The configuration is wrong:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
  }
}

/** Reads the environment once for all apps, and reports all mistakes together. */
export function readConfig(apps: readonly AnyApp[], environment: Environment): MeshConfig {
  const mistakes: string[] = [];
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));
  const read = <S extends z.ZodType>(schema: S): z.output<S> | undefined => {
    const result = schema.safeParse(present);
    if (result.success) return result.data;
    mistakes.push(...result.error.issues.map((issue) => `${issue.path.join('.')}: ${present[String(issue.path[0])] === undefined ? 'is required' : issue.message}`));
    return undefined;
  };
  const shared = read(Shared);
  const addresses = read(Addresses);
  const limits = read(LimitsShape);
  const configs = apps.map((app): [AppName, AppConfig] => {
    const own = read(z.object(app.config)) ?? {};
    const secretName = `SERVICE_SECRET_${screamingName(app.name)}`;
    const secret = read(z.object({ [secretName]: Secret }))?.[secretName] ?? '';
    return [app.name, { own, serviceSecret: secret, databaseUrl: app.database && databaseUrl(app.database, present, mistakes) }];
  });
  if (!shared || !addresses || !limits || mistakes.length > 0) throw new ConfigError([...new Set(mistakes)]);
  return { shared, addresses, limits, apps: new Map(configs) };
}

/** The service's own address of its database; `undefined` when it makes one on the shared server. */
function databaseUrl(service: DatabaseService, environment: Environment, mistakes: string[]): string | undefined {
  const name = `${service.toUpperCase()}_DATABASE_URL`;
  const url = environment[name];
  if (url === undefined) {
    if (environment['POSTGRES_URL'] === undefined) mistakes.push(`${name}: is required (or POSTGRES_URL for all services)`);
    return undefined;
  }
  if (!PostgresUrl.safeParse(url).success) mistakes.push(`${name}: must look like postgres://user:password@host:port/database`);
  return url;
}

/** `CMS_SERVICE_PORT` and `CMS_SERVICE_URL`, each with its default. */
export const Addresses = z
  .object(Object.fromEntries(appNames.flatMap((name) => [
    [`${screamingName(name)}_PORT`, Port.default(appPorts[name])],
    [`${screamingName(name)}_URL`, HttpUrl.optional()],
  ])) as Record<string, z.ZodType<string | number | undefined>>)
  .transform((values) => Object.fromEntries(appNames.map((name) => {
    const port = Number(values[`${screamingName(name)}_PORT`]);
    return [name, { port, url: (values[`${screamingName(name)}_URL`] as string | undefined) ?? `http://127.0.0.1:${port}` }];
  })) as unknown as Addresses);
