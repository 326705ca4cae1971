import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { appNames, defineApi } from '@mediamesh/contracts';
import { Implements } from '@mediamesh/http';
import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { checkEndpoints } from './check-endpoints.js';
import { clientAddress } from './client-address.js';
import { ConfigError, readConfig } from './config.js';
import { defineApp } from './define-app.js';
import { chooseApps } from './run-apps.js';
import { together } from './shared-config.js';

const secret = 'x'.repeat(32);
const bare = { apis: [], controllers: [], providers: () => [] } as const;
const cms = defineApp({
  ...bare,
  name: 'cms-service',
  database: 'cms',
  config: { CMS_DEPTH: z.coerce.number().int().min(1) },
});
const search = defineApp({ ...bare, name: 'search-service', config: { SEARCH_FILE: z.string().default('index.db') } });

function mistakesOf(read: () => unknown): readonly string[] {
  try {
    read();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

describe('the configuration', () => {
  const good = {
    CURSOR_SECRETS: secret,
    SERVICE_SECRET_CMS_SERVICE: secret,
    SERVICE_SECRET_SEARCH_SERVICE: secret,
    POSTGRES_URL: 'postgres://u:p@localhost/x',
    CMS_DEPTH: '3',
  };

  it('is read with defaults, addresses and secrets of each app', () => {
    const config = readConfig([cms, search], {
      ...good,
      SEARCH_SERVICE_PORT: '9999',
      AUTH_SERVICE_URL: 'http://auth.example:80/, http://auth-2.example',
    });
    expect(config.apps.get('cms-service')?.own).toEqual({ CMS_DEPTH: 3 });
    expect(config.apps.get('search-service')?.own).toEqual({ SEARCH_FILE: 'index.db' });
    expect(config.addresses['search-service']).toEqual({ port: 9999, urls: ['http://127.0.0.1:9999'] });
    expect(config.addresses['auth-service'].urls).toEqual(['http://auth.example:80', 'http://auth-2.example']);
    expect(config.limits.search[0]?.policy).toEqual({ kind: 'bucket', perSecond: 50, burst: 200 });
  });

  it('reports every mistake of every app at once, and repeats no value', () => {
    const read = () =>
      readConfig([cms, search], {
        CURSOR_SECRETS: 'short-secret',
        SERVICE_SECRET_CMS_SERVICE: secret,
        LOG_LEVEL: 'loud',
        CMS_DEPTH: '0',
        CMS_SERVICE_PORT: '70000',
        LIMIT_SEARCH: '0/5',
      });
    expect(read).toThrow(ConfigError);
    const names = [
      'CURSOR_SECRETS',
      'SERVICE_SECRET_SEARCH_SERVICE: is required',
      'LOG_LEVEL',
      'CMS_DEPTH',
      'CMS_SERVICE_PORT',
      'LIMIT_SEARCH',
      'CMS_DATABASE_URL: is required (or POSTGRES_URL for all services)',
    ];
    for (const name of names) expect(read).toThrow(name);
    expect(read).not.toThrow(/short-secret/);
  });
});

describe('a choice of adapters', () => {
  const chosen = defineApp({
    ...bare,
    name: 'search-service',
    needs: [{ when: 'ENGINE', is: 'far', require: ['ENGINE_URL'] }],
    config: { ENGINE: z.enum(['near', 'far']).default('near'), ENGINE_URL: z.string().optional() },
  });
  const rest = { CURSOR_SECRETS: secret, SERVICE_SECRET_SEARCH_SERVICE: secret };

  it('makes just what it needs required', () => {
    expect(readConfig([chosen], rest).apps.get('search-service')?.own).toEqual({ ENGINE: 'near' });
    const read = () =>
      readConfig([chosen], { ...rest, ENGINE: 'far', EVENT_BUS: 'kafka', LIMIT_STORE: 'redis', KAFKA_SASL: 'plain' });
    for (const line of [
      'ENGINE_URL: is required when ENGINE is far',
      'KAFKA_BROKERS: is required when EVENT_BUS is kafka',
      'REDIS_URL: is required when LIMIT_STORE is redis',
      'KAFKA_PASSWORD: is required when KAFKA_SASL is plain',
    ])
      expect(read).toThrow(line);
  });

  it('says what a number must be', () => {
    const read = (value: string) => mistakesOf(() => readConfig([chosen], { ...rest, DRAIN_SECONDS: value }));
    expect([read('soon'), read('2'), read('30')]).toEqual([
      ['DRAIN_SECONDS: must be a number'],
      [],
      [expect.stringContaining('<=20')],
    ]);
  });

  it('names the half that is missing of what goes together, chosen or not', () => {
    const keys = defineApp({
      ...bare,
      name: 'search-service',
      needs: together('ENGINE_USER', 'ENGINE_PASSWORD'),
      config: { ENGINE_USER: z.string().optional(), ENGINE_PASSWORD: z.string().optional() },
    });
    const read = (environment: Record<string, string>) =>
      mistakesOf(() => readConfig([keys], { ...rest, ...environment }));
    expect(read({ ENGINE_USER: 'u' })).toEqual(['ENGINE_PASSWORD: is required with ENGINE_USER']);
    expect(read({ ENGINE_PASSWORD: 'p', ENGINE_USER: '' })).toEqual(['ENGINE_USER: is required with ENGINE_PASSWORD']);
    expect(read({ ENGINE_PASSWORD: 'p', ENGINE_USER: 'u' })).toEqual([]);
    expect(read({ DYNAMODB_SECRET_ACCESS_KEY: 'k' })).toEqual([
      'DYNAMODB_ACCESS_KEY_ID: is required with DYNAMODB_SECRET_ACCESS_KEY',
    ]);
    expect(read({ DYNAMODB_ACCESS_KEY_ID: 'k' })).toEqual([
      'DYNAMODB_SECRET_ACCESS_KEY: is required with DYNAMODB_ACCESS_KEY_ID',
    ]);
    expect(read({ KAFKA_SASL: 'scram-sha-512', KAFKA_USERNAME: 'u' })).toEqual([
      'KAFKA_PASSWORD: is required when KAFKA_SASL is scram-sha-512',
    ]);
    expect(read({ KAFKA_SASL: 'aws-iam', KAFKA_TLS: 'on' })).toEqual([
      'KAFKA_AWS_REGION: is required when KAFKA_SASL is aws-iam',
    ]);
    expect(read({ KAFKA_SASL: 'aws-iam', KAFKA_AWS_REGION: 'eu-west-1' })).toEqual([
      'KAFKA_TLS: must be on when KAFKA_SASL is aws-iam',
    ]);
  });

  it('lets no password of the brokers travel in the clear in production', () => {
    const read = (environment: Record<string, string>) =>
      mistakesOf(() =>
        readConfig([chosen], {
          ...rest,
          KAFKA_SASL: 'plain',
          KAFKA_USERNAME: 'u',
          KAFKA_PASSWORD: 'p',
          ...environment,
        }),
      );
    expect([read({ NODE_ENV: 'production' }), read({ NODE_ENV: 'production', KAFKA_TLS: 'on' }), read({})]).toEqual([
      ['KAFKA_TLS: must be on in production when KAFKA_SASL is plain'],
      [],
      [],
    ]);
  });

  it('refuses an address of Redis of which a part would not be heeded, without repeating it', () => {
    const read = (environment: Record<string, string>) =>
      mistakesOf(() => readConfig([chosen], { ...rest, ...environment }));
    for (const url of ['redis://u:hush@host:6379', 'redis://host/', 'rediss://:hush@host:6379/0'])
      expect(read({ REDIS_URL: url, REDIS_CLUSTER: 'on' })).toEqual([]);
    expect(read({ REDIS_URL: 'redis://u:hush@host/3' })).toEqual([]);
    expect(read({ REDIS_URL: 'redis://u:hush@host/3', REDIS_CLUSTER: 'on' })).toEqual([
      'REDIS_URL: must name no database but 0 when REDIS_CLUSTER is on',
    ]);
    expect(read({ REDIS_URL: 'redis://u:hush@host/limits' })).toEqual([
      expect.stringMatching(/^REDIS_URL: must end with .* number/),
    ]);
    for (const url of ['http://u:hush@host', 'u:hush@host:6379', 'hush'])
      expect(read({ REDIS_URL: url })).toEqual([expect.stringMatching(/^REDIS_URL: must look like redis:/)]);
  });

  it('takes the authority of a server from a file, and names one that cannot be used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mediamesh-authority-'));
    const [good, empty] = [join(folder, 'good.pem'), join(folder, 'empty.pem')];
    await writeFile(good, '-----BEGIN CERTIFICATE-----\n');
    await writeFile(empty, '');
    try {
      const read = (environment: Record<string, string>) =>
        readConfig([chosen], { ...rest, REDIS_URL: 'rediss://host', ...environment });
      expect(read({ KAFKA_TLS_CA: good, REDIS_TLS_CA: good }).shared).toMatchObject({
        KAFKA_TLS_CA: '-----BEGIN CERTIFICATE-----\n',
        REDIS_TLS_CA: '-----BEGIN CERTIFICATE-----\n',
      });
      expect(mistakesOf(() => read({ KAFKA_TLS_CA: join(folder, 'nowhere.pem'), REDIS_TLS_CA: empty }))).toEqual([
        'KAFKA_TLS_CA: the file cannot be read (ENOENT)',
        'REDIS_TLS_CA: must name a file that holds a certificate (PEM)',
      ]);
      expect(mistakesOf(() => read({ REDIS_URL: 'redis://host', REDIS_TLS_CA: good }))).toEqual([
        'REDIS_URL: must begin with rediss:// when REDIS_TLS_CA is given',
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the apps of a process', () => {
  const all = appNames.map((name) => defineApp({ ...bare, name, config: {} }));
  const choose = (environment: Record<string, string>) => chooseApps(all, environment).map(({ name }) => name);

  it('are those that MESH_APPS names, all of them when it names none', () => {
    for (const named of ['', ' , ']) expect(choose({ MESH_APPS: named })).toEqual(appNames);
    expect(choose({ MESH_APPS: ' cms-service, auth-service,', EVENT_BUS: 'kafka' }).sort()).toEqual([
      'auth-service',
      'cms-service',
    ]);
    expect(() => choose({ MESH_APPS: 'cms-service,nothing' })).toThrow('there is no app called nothing here');
  });

  it('are never only some of them on a bus that lives in the process', () => {
    for (const bus of ['', 'in-process'])
      expect(() => choose({ MESH_APPS: 'cms-service', EVENT_BUS: bus })).toThrow('would hear nothing');
  });
});

describe('an app that is put together wrongly does not start', () => {
  const api = defineApi('cms-service', '/v1', {
    read: { method: 'GET', path: '/a', summary: '', returns: z.string(), roles: ['PUBLIC'] },
    hidden: { method: 'GET', path: '/b', summary: '', returns: z.string(), roles: [] },
  });
  @Controller()
  class Reads {
    @Implements(api, 'read')
    read(): string {
      return '';
    }
  }
  @Controller()
  class Strays {
    @Get('stray')
    stray(): string {
      return '';
    }
  }
  const app = (controllers: readonly (typeof Reads | typeof Strays)[]) =>
    defineApp({ ...bare, name: 'cms-service', apis: [api], config: {}, controllers });

  it('names an endpoint without roles and one nobody implements', () => {
    expect(() => checkEndpoints(app([Reads]))).toThrow(
      'hidden does not say who may call it; hidden is implemented 0 times',
    );
  });

  it('names one that is implemented twice', () => {
    expect(() => checkEndpoints(app([Reads, Reads]))).toThrow('read is implemented 2 times');
  });

  it('names a route that no contract declares', () => {
    expect(() => checkEndpoints(app([Strays]))).toThrow('stray is a route of no declared endpoint');
  });
});

describe('the address of a client', () => {
  it('is the socket’s unless proxies are trusted, and then the one that no client can make up', () => {
    expect(clientAddress('10.0.0.1', '6.6.6.6', 0)).toBe('10.0.0.1');
    expect(clientAddress('10.0.0.1', '6.6.6.6, 1.2.3.4', 1)).toBe('1.2.3.4');
    expect(clientAddress('10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.2', 2)).toBe('1.2.3.4');
    expect(clientAddress('::ffff:10.0.0.1', undefined, 1)).toBe('10.0.0.1');
  });
});
