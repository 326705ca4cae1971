import { COMMAND_LINE } from './prune.js';

/** Rules on docker-compose.yml beyond its schema. */

/** The fields of a service that the rules read. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly args?: Readonly<Record<string, string>> };
  readonly command?: string | readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly (string | { readonly host_ip?: string })[];
  readonly volumes?: readonly (string | { readonly source?: string })[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string } | undefined>>;
  readonly healthcheck?: { readonly test?: unknown };
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly mem_limit?: string;
  readonly container_name?: string;
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly privileged?: boolean;
  readonly user?: string;
  readonly stop_grace_period?: string;
}

export interface ComposeModel {
  readonly services?: Readonly<Record<string, ComposeService>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

const SERVERS = ['postgres', 'redis', 'kafka', 'kafka-ui', 'opensearch', 's3', 'dynamodb'];
const MIGRATION = 'migration';
const OPTIONAL: Readonly<Record<string, readonly string[]>> = { dynamodb: ['aws-local'] };
/** The longest graceful stop of an app, in seconds. */
const LONGEST_STOP_S = 25;
const PINNED = /:v?\d+\.\d+[\w.-]*$/;

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function* checkEvery(name: string, service: ComposeService): Iterable<string> {
  if (!service.mem_limit) yield `${name}: has no mem_limit`;
  if (!service.restart) yield `${name}: does not say when it is restarted`;
  if (service.container_name) yield `${name}: a container_name forbids a second instance`;
  for (const port of service.ports ?? []) {
    const host = typeof port === 'string' ? port.split(':')[0] : port.host_ip;
    if (host !== '127.0.0.1') yield `${name}: publishes a port to more than this machine`;
  }
  if (!same(service.profiles ?? [], OPTIONAL[name] ?? []))
    yield `${name}: belongs to ${OPTIONAL[name] ? `the profile ${OPTIONAL[name]}` : 'no profile'}`;
}

function* checkServer(name: string, service: ComposeService): Iterable<string> {
  if (!PINNED.test(service.image ?? '')) yield `${name}: its image names no exact version`;
  if (!service.healthcheck?.test) yield `${name}: has no health check`;
  if (service.restart !== 'unless-stopped') yield `${name}: is not restarted`;
}

function* checkHardened(name: string, service: ComposeService, app: string): Iterable<string> {
  if (service.build?.args?.['APP'] !== app) yield `${name}: is not built with APP=${app}`;
  if (service.image !== `mediamesh/${app}:local`) yield `${name}: its image is not mediamesh/${app}`;
  if (service.read_only !== true || !service.tmpfs?.includes('/tmp')) yield `${name}: must write to /tmp only`;
  if (!service.cap_drop?.includes('ALL')) yield `${name}: keeps rights of the system`;
  if (service.privileged || service.user === 'root') yield `${name}: runs as root`;
}

function* checkApp(app: string, service: ComposeService): Iterable<string> {
  yield* checkHardened(app, service, app);
  if (service.restart !== 'unless-stopped') yield `${app}: is not restarted`;
  if (secondsOf(service.stop_grace_period) <= LONGEST_STOP_S)
    yield `${app}: may be killed while it still finishes what runs`;
  if (service.depends_on?.[MIGRATION]?.condition !== 'service_completed_successfully')
    yield `${app}: does not wait for ${MIGRATION}`;
}

/** The seconds in `30s`, `1m0s` or `1m30s`. */
const secondsOf = (text = ''): number =>
  [...text.matchAll(/(\d+)(m|s)/g)].reduce((sum, [, count, unit]) => sum + Number(count) * (unit === 'm' ? 60 : 1), 0);

/** The migration runs once before the apps, from the command line's image, when the servers are healthy. */
function* checkMigration(service: ComposeService): Iterable<string> {
  yield* checkHardened(MIGRATION, service, COMMAND_LINE);
  if (!same([service.command].flat(), ['migrate'])) yield `${MIGRATION}: does not run "migrate"`;
  if (service.restart !== 'no') yield `${MIGRATION}: is started again when it ends`;
  for (const server of ['postgres', 'kafka', 'redis', 'opensearch', 's3', 'dynamodb']) {
    if (service.depends_on?.[server]?.condition !== 'service_healthy')
      yield `${MIGRATION}: does not wait for ${server}`;
  }
}

/** The command line has no dependencies: `run` would start them, and `doctor` could never report a stopped server. */
function* checkCommandLine(service: ComposeService): Iterable<string> {
  yield* checkHardened(COMMAND_LINE, service, COMMAND_LINE);
  if (Object.keys(service.depends_on ?? {}).length > 0) yield `${COMMAND_LINE}: starts what it only looks at`;
}

/** One sentence for each violation; `apps` are the names of all apps. */
export function findComposeMistakes(model: ComposeModel, apps: readonly string[]): string[] {
  const services = model.services ?? {};
  const expected = [...SERVERS, ...apps, MIGRATION, COMMAND_LINE];
  const mistakes = [
    ...expected.filter((name) => !services[name]).map((name) => `${name}: is missing`),
    ...Object.keys(services)
      .filter((name) => !expected.includes(name))
      .map((name) => `${name}: is no server and no app`),
  ];
  for (const [name, service] of Object.entries(services)) {
    mistakes.push(...checkEvery(name, service));
    if (SERVERS.includes(name)) mistakes.push(...checkServer(name, service));
    for (const volume of service.volumes ?? []) {
      const source = typeof volume === 'string' ? volume.split(':')[0] : volume.source;
      if (!source || !(source in (model.volumes ?? {}))) mistakes.push(`${name}: ${source} is no named volume`);
    }
  }
  const { [MIGRATION]: migration, [COMMAND_LINE]: commandLine } = services;
  for (const app of apps) if (services[app]) mistakes.push(...checkApp(app, services[app]));
  if (migration) mistakes.push(...checkMigration(migration));
  if (commandLine) mistakes.push(...checkCommandLine(commandLine));
  return mistakes;
}

/** Secrets must have no default: a variable whose name marks it as a secret must be written `${NAME:?…}`. */
export const findSecretsWithDefault = (text: string): string[] =>
  [...text.matchAll(/\$\{([A-Z0-9_]*(?:SECRET|PASSWORD|ACCESS_KEY)[A-Z0-9_]*)(?!:\?)\b[^}?]*\}/g)].map(
    ([, name]) => `${name}: a secret has no default, so that none is forgotten`,
  );

/** The required variables of the file, in its order. */
export const listDemanded = (text: string): string[] => [
  ...new Set([...text.matchAll(/\$\{([A-Z0-9_]+):\?/g)].map(([, name = '']) => name)),
];
