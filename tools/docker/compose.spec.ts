import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ComposeModel, findComposeMistakes, findSecretsWithDefault, listDemanded } from './compose-rules.js';
import { fillIn, findSchemaMistakes, parseCompose } from './compose-file.js';
import { findImageMistakes } from './images.js';
import { makeMissing, readVariables, writeSecrets } from './secrets.js';

const composeText = readFileSync(join(import.meta.dirname, '../../docker-compose.yml'), 'utf8');

describe('the rules for docker-compose.yml', () => {
  const server = { image: 'x:1.2.3', mem_limit: '1g', restart: 'unless-stopped', healthcheck: { test: ['CMD', 'x'] } };
  const servers = Object.fromEntries(
    ['postgres', 'redis', 'kafka', 'kafka-ui', 'opensearch', 's3'].map((name) => [name, server]),
  );
  const hardened = (app: string) => ({
    image: `mediamesh/${app}:local`,
    build: { args: { APP: app } },
    mem_limit: '1g',
    restart: 'unless-stopped',
    read_only: true,
    tmpfs: ['/tmp'],
    cap_drop: ['ALL'],
    environment: { A: '1' },
  });
  const app = {
    ...hardened('cms-service'),
    stop_grace_period: '30s',
    depends_on: { migration: { condition: 'service_completed_successfully' } },
  };
  const healthy = Object.fromEntries(
    ['postgres', 'redis', 'kafka', 'opensearch', 's3', 'dynamodb'].map((name) => [
      name,
      { condition: 'service_healthy' },
    ]),
  );
  const migration = { ...hardened('mesh'), command: ['migrate'], restart: 'no', depends_on: healthy };
  const services = {
    ...servers,
    dynamodb: { ...server, profiles: ['aws-local'] },
    'cms-service': app,
    migration,
    mesh: hardened('mesh'),
  };
  const mistakesOf = (changed: Record<string, unknown>): string[] =>
    findComposeMistakes({ services: { ...services, ...changed } } as ComposeModel, ['cms-service']);

  it('are kept by a file that keeps them', () => {
    expect(mistakesOf({})).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'a server without an exact version',
      { redis: { ...server, image: 'redis:latest' } },
      'redis: its image names no exact version',
    ],
    ['a server without a health check', { kafka: { ...server, healthcheck: undefined } }, 'kafka: has no health check'],
    ['a service without a limit of memory', { s3: { ...server, mem_limit: undefined } }, 's3: has no mem_limit'],
    [
      'a port for everybody',
      { postgres: { ...server, ports: ['5432:5432'] } },
      'postgres: publishes a port to more than this machine',
    ],
    [
      'a server that hides behind a profile',
      { kafka: { ...server, profiles: ['more'] } },
      'kafka: belongs to no profile',
    ],
    ['a service that nobody knows', { other: server }, 'other: is no server and no app'],
    ['a server that is missing', { opensearch: undefined }, 'opensearch: is missing'],
    [
      'an app that may write everywhere',
      { 'cms-service': { ...app, read_only: false } },
      'cms-service: must write to /tmp only',
    ],
    [
      'an app that keeps its capabilities',
      { 'cms-service': { ...app, cap_drop: [] } },
      'cms-service: keeps rights of the system',
    ],
    [
      'an app that does not wait for its migration',
      { 'cms-service': { ...app, depends_on: {} } },
      'cms-service: does not wait for migration',
    ],
    [
      'a migration that migrates nothing',
      { migration: { ...migration, command: ['doctor'] } },
      'migration: does not run "migrate"',
    ],
    [
      'a migration that does not wait for a server',
      { migration: { ...migration, depends_on: { ...healthy, kafka: undefined } } },
      'migration: does not wait for kafka',
    ],
    ['an app that stays down', { 'cms-service': { ...app, restart: 'no' } }, 'cms-service: is not restarted'],
    [
      'an app that is killed while it drains',
      { 'cms-service': { ...app, stop_grace_period: '25s' } },
      'cms-service: may be killed while it still finishes what runs',
    ],
    [
      'an app that is given the usual ten seconds',
      { 'cms-service': { ...app, stop_grace_period: undefined } },
      'cms-service: may be killed while it still finishes what runs',
    ],
    [
      'a command line that starts servers',
      { mesh: { ...hardened('mesh'), depends_on: migration.depends_on } },
      'mesh: starts what it only looks at',
    ],
    [
      'the image of another app',
      { 'cms-service': { ...app, build: { args: { APP: 'auth-service' } } } },
      'cms-service: is not built with APP=cms-service',
    ],
  ])('find %s', (_what, changed, mistake) => {
    const present = Object.fromEntries(
      Object.entries({ ...services, ...changed }).filter(([, value]) => value !== undefined),
    );
    expect(findComposeMistakes({ services: present } as ComposeModel, ['cms-service'])).toContain(mistake);
  });

  it('find a secret that has a default', () => {
    expect(findSecretsWithDefault('x: ${AUTH_KEY_SECRET:-not-so-secret}')).toHaveLength(1);
    expect(findSecretsWithDefault('x: ${POSTGRES_PASSWORD}')).toHaveLength(1);
    expect(findSecretsWithDefault(composeText)).toEqual([]);
  });
});

describe('variables of docker-compose.yml', () => {
  it('are filled in as Compose does', () => {
    expect(fillIn('a: ${ONE:-1} b: ${TWO:-2} c: ${THREE} d: ${FOUR:?say it}', { TWO: 'two', FOUR: '4' })).toBe(
      'a: 1 b: two c:  d: 4',
    );
    expect(() => fillIn('${FOUR:?say it}', {})).toThrow('FOUR: say it');
  });
});

describe('the published schema', () => {
  const model = parseCompose(fillIn(composeText, makeMissing(composeText, {})));

  it('takes docker-compose.yml, its merge keys resolved', () => {
    expect(model.services?.['cms-service']).toMatchObject({ read_only: true, environment: { EVENT_BUS: 'kafka' } });
    expect(findSchemaMistakes(model)).toEqual([]);
  });

  it('refuses what Compose does not know', () => {
    const broken = { ...model, services: { ...model.services, redis: { image: 'redis:8.8.3', helthcheck: {} } } };
    expect(findSchemaMistakes(broken)).toEqual([expect.stringContaining('/services/redis')]);
  });

  it('leaves no variable without a value that the file demands', () => {
    expect(() => fillIn(composeText, {})).toThrow('run npm run docker -- secrets');
  });
});

describe('the rules for an image', () => {
  const config = {
    User: '1000:1000',
    StopSignal: 'SIGTERM',
    Entrypoint: ['node', '/app/main.mjs'],
    Healthcheck: { Test: ['CMD', 'node', '/app/health.js'] },
    Labels: { 'org.opencontainers.image.title': 'MediaMesh cms-service' },
    Env: ['NODE_ENV=production', 'BIND_ADDRESS=0.0.0.0'],
  };

  it('are kept by an image that keeps them', () => {
    expect(findImageMistakes('cms-service', config)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['an image that runs as root', { User: '' }, 'runs as another user than 1000'],
    ['an image that needs a shell to start', { Entrypoint: ['sh', '-c'] }, 'does not start Node itself'],
    ['an image without a health check', { Healthcheck: undefined }, 'has no health check without a shell'],
  ])('find %s', (_what, changed, mistake) => {
    expect(findImageMistakes('cms-service', { ...config, ...changed })).toEqual([`image cms-service: ${mistake}`]);
  });
});

describe('the secrets of a machine', () => {
  let root = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'secrets-'));
    writeFileSync(join(root, 'docker-compose.yml'), composeText);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const read = (): Record<string, string> => readVariables(readFileSync(join(root, '.env'), 'utf8'));

  it('are as many as the file demands, each long enough and none like another', () => {
    const made = makeMissing(composeText, {});
    expect(Object.keys(made)).toEqual(listDemanded(composeText));
    expect(new Set(Object.values(made)).size).toBe(Object.keys(made).length);
    const keys = Object.entries(made).filter(([name]) => /SECRET|POSTGRES/.test(name));
    for (const [name, value] of keys) expect({ name, long: value.length >= 32 }).toEqual({ name, long: true });
  });

  it('are written for their owner only, and never changed after', () => {
    expect(writeSecrets(root).length).toBeGreaterThan(10);
    expect(statSync(join(root, '.env')).mode & 0o777).toBe(0o600);
    const first = read();
    expect(writeSecrets(root)).toEqual([]);
    expect(read()).toEqual(first);
  });

  it('are added to what a person wrote', () => {
    writeFileSync(join(root, '.env'), 'LOG_LEVEL=debug\nEDITOR_PASSWORD=chosen by a person');
    expect(writeSecrets(root)).not.toContain('EDITOR_PASSWORD');
    expect(read()).toMatchObject({
      LOG_LEVEL: 'debug',
      EDITOR_PASSWORD: 'chosen by a person',
      AUTH_KEY_SECRET: expect.any(String),
    });
    const { editor } = JSON.parse(readFileSync(join(root, '.mesh/compose/mesh.json'), 'utf8')) as { editor: unknown };
    expect(editor).toEqual({ email: read()['EDITOR_EMAIL'], password: 'chosen by a person' });
  });
});
