/**
 * What must hold in docker-compose.yml besides its schema. Works on the file as read and on what Compose makes of it.
 */

const SERVERS = ['postgres', 'redis', 'kafka', 'kafka-ui', 'opensearch', 's3', 'dynamodb'];
const MIGRATION = 'migration';
const COMMAND_LINE = 'mesh';
const OPTIONAL = { dynamodb: ['aws-local'] };
/** An app takes no longer to stop in order. */
const LONGEST_STOP_S = 25;
const PINNED = /:v?\d+\.\d+[\w.-]*$/;

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const argsOf = ({ build }) => build?.args ?? {};
const commandOf = ({ command }) => (Array.isArray(command) ? command : [command]).filter(Boolean);

function* checkEvery(name, service) {
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

function* checkServer(name, service) {
  if (!PINNED.test(service.image ?? '')) yield `${name}: its image names no exact version`;
  if (!service.healthcheck?.test) yield `${name}: has no health check`;
  if (service.restart !== 'unless-stopped') yield `${name}: is not restarted`;
}

function* checkHardened(name, service, app) {
  if (argsOf(service).APP !== app) yield `${name}: is not built with APP=${app}`;
  if (service.image !== `mediamesh/${app}:local`) yield `${name}: its image is not mediamesh/${app}`;
  if (service.read_only !== true || !service.tmpfs?.includes('/tmp')) yield `${name}: must write to /tmp only`;
  if (!service.cap_drop?.includes('ALL')) yield `${name}: keeps rights of the system`;
  if (service.privileged || service.user === 'root') yield `${name}: runs as root`;
}

function* checkApp(app, service) {
  yield* checkHardened(app, service, app);
  if (service.restart !== 'unless-stopped') yield `${app}: is not restarted`;
  if (secondsOf(service.stop_grace_period) <= LONGEST_STOP_S)
    yield `${app}: may be killed while it still finishes what runs`;
  if (service.depends_on?.[MIGRATION]?.condition !== 'service_completed_successfully')
    yield `${app}: does not wait for ${MIGRATION}`;
}

/** Seconds of `30s`, `1m0s` or `1m30s`. */
const secondsOf = (text) =>
  [...String(text ?? '').matchAll(/(\d+)(m|s)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (unit === 'm' ? 60 : 1),
    0,
  );

/** The step before the apps: the command line's image, once, when the servers are there. */
function* checkMigration(service) {
  yield* checkHardened(MIGRATION, service, COMMAND_LINE);
  if (!same(commandOf(service), ['migrate'])) yield `${MIGRATION}: does not run "migrate"`;
  if (service.restart !== 'no') yield `${MIGRATION}: is started again when it ends`;
  for (const server of ['postgres', 'kafka', 'redis', 'opensearch', 's3', 'dynamodb']) {
    if (service.depends_on?.[server]?.condition !== 'service_healthy')
      yield `${MIGRATION}: does not wait for ${server}`;
  }
}

/** What a person calls: `run` would start whatever it depends on, and `doctor` never see that something is down. */
function* checkCommandLine(service) {
  yield* checkHardened(COMMAND_LINE, service, COMMAND_LINE);
  if (Object.keys(service.depends_on ?? {}).length > 0) yield `${COMMAND_LINE}: starts what it only looks at`;
}

/**
 * One sentence for each thing that is wrong. `model` is the parsed file with its variables filled in, `apps` the names
 * of the nine.
 */
export function findComposeMistakes(model, apps) {
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
      if (!(source in (model.volumes ?? {}))) mistakes.push(`${name}: ${source} is no named volume`);
    }
  }
  for (const app of apps) if (services[app]) mistakes.push(...checkApp(app, services[app]));
  if (services[MIGRATION]) mistakes.push(...checkMigration(services[MIGRATION]));
  if (services[COMMAND_LINE]) mistakes.push(...checkCommandLine(services[COMMAND_LINE]));
  return mistakes;
}

/** Secrets have no default: a variable of the file whose name says so must be written `${NAME:?…}`. */
export const findSecretsWithDefault = (text) =>
  [...text.matchAll(/\$\{([A-Z0-9_]*(?:SECRET|PASSWORD|ACCESS_KEY)[A-Z0-9_]*)(?!:\?)\b[^}?]*\}/g)].map(
    ([, name]) => `${name}: a secret has no default, so that none is forgotten`,
  );

/** The variables that the file demands, in its order. */
export const listDemanded = (text) => [...new Set([...text.matchAll(/\$\{([A-Z0-9_]+):\?/g)].map(([, name]) => name))];
