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

const secret = 'x'.repeat(32);
const bare = { role: 'service', apis: [], controllers: [], providers: () => [] } as const;
const cms = defineApp({ ...bare, name: 'cms-service', database: 'cms', config: { CMS_DEPTH: z.coerce.number().int().min(1) } });
const search = defineApp({ ...bare, name: 'search-service', config: { SEARCH_FILE: z.string().default('index.db') } });

describe('the configuration', () => {
  const good = { CURSOR_SECRETS: secret, SERVICE_SECRET_CMS_SERVICE: secret, SERVICE_SECRET_SEARCH_SERVICE: secret, POSTGRES_URL: 'postgres://u:p@localhost/x', CMS_DEPTH: '3' };

  it('is read with defaults, addresses and secrets of each app', () => {
    const config = readConfig([cms, search], { ...good, SEARCH_SERVICE_PORT: '9999', AUTH_SERVICE_URL: 'http://auth.example:80/' });
    expect(config.apps.get('cms-service')?.own).toEqual({ CMS_DEPTH: 3 });
    expect(config.apps.get('search-service')?.own).toEqual({ SEARCH_FILE: 'index.db' });
    expect(config.addresses['search-service']).toEqual({ port: 9999, url: 'http://127.0.0.1:9999' });
    expect(config.addresses['auth-service'].url).toBe('http://auth.example:80');
    expect(config.limits.search[0]?.policy).toEqual({ kind: 'bucket', perSecond: 50, burst: 200 });
  });

  it('reports every mistake of every app at once, and repeats no value', () => {
    const read = () => readConfig([cms, search], { CURSOR_SECRETS: 'short-secret', SERVICE_SECRET_CMS_SERVICE: secret, LOG_LEVEL: 'loud', CMS_DEPTH: '0', CMS_SERVICE_PORT: '70000', LIMIT_SEARCH: '0/5' });
    expect(read).toThrow(ConfigError);
    const names = ['CURSOR_SECRETS', 'SERVICE_SECRET_SEARCH_SERVICE: is required', 'LOG_LEVEL', 'CMS_DEPTH', 'CMS_SERVICE_PORT', 'LIMIT_SEARCH', 'CMS_DATABASE_URL: is required (or POSTGRES_URL for all services)'];
    for (const name of names) expect(read).toThrow(name);
    expect(read).not.toThrow(/short-secret/);
  });
});

describe('the apps of a process', () => {
  const all = appNames.map((name) => defineApp({ ...bare, name, config: {} }));
  const choose = (environment: Record<string, string>) => chooseApps(all, environment).map(({ name }) => name);

  it('are those that MESH_APPS names, all of them when it names none', () => {
    for (const named of ['', ' , ']) expect(choose({ MESH_APPS: named })).toEqual(appNames);
    expect(choose({ MESH_APPS: ' cms-service, auth-service,', EVENT_BUS: 'kafka' }).sort()).toEqual(['auth-service', 'cms-service']);
    expect(() => choose({ MESH_APPS: 'cms-service,nothing' })).toThrow('there is no app called nothing here');
  });

  it('are never only some of them on a bus that lives in the process', () => {
    for (const bus of ['', 'in-process']) expect(() => choose({ MESH_APPS: 'cms-service', EVENT_BUS: bus })).toThrow('would hear nothing');
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
  const app = (controllers: readonly (typeof Reads | typeof Strays)[]) => defineApp({ ...bare, name: 'cms-service', apis: [api], config: {}, controllers });

  it('names an endpoint without roles and one nobody implements', () => {
    expect(() => checkEndpoints(app([Reads]))).toThrow('hidden does not say who may call it; hidden is implemented 0 times');
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
