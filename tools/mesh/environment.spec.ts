import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readCommandEnvironment } from './environment.js';
import { describeMesh, readMeshVariables, readStanding } from './standing.js';

describe('the variables of a mesh whose servers run beside it', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mesh-environment-'));
    mkdirSync(join(folder, 'servers'));
    write('secrets', { SERVICE_SECRET_MESH: 'secret', ADMIN_PASSWORD: 'password' });
    write('servers/environment.json', { EVENT_BUS: 'kafka', KAFKA_BROKERS: 'here:1', LIMIT_STORE: 'redis' });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (file: string, content: object): void => writeFileSync(join(folder, file), JSON.stringify(content));
  const told = (more: Record<string, string> = {}) => ({ PATH: '/bin', MESH_FOLDER: folder, ...more });

  it('are those of the servers and of the install, unless somebody says otherwise', () => {
    expect(readMeshVariables(told({ KAFKA_BROKERS: 'there:2', LIMIT_STORE: '' }))).toEqual({
      SERVICE_SECRET_MESH: 'secret',
      ADMIN_PASSWORD: 'password',
      EVENT_BUS: 'kafka',
      KAFKA_BROKERS: 'there:2',
      LIMIT_STORE: 'redis',
      MESH_FOLDER: folder,
    });
  });

  it('are noted without the secrets of the install', () => {
    expect(readStanding(told())).toEqual({
      EVENT_BUS: 'kafka',
      KAFKA_BROKERS: 'here:1',
      LIMIT_STORE: 'redis',
      MESH_FOLDER: folder,
    });
  });

  it('name a server also after it was stopped, as long as the mesh that was started on it runs', () => {
    const environment = readStanding(told());
    write('servers/environment.json', {});
    write('mesh.json', { pid: process.pid, environment });
    expect(readCommandEnvironment(told())).toMatchObject({
      EVENT_BUS: 'kafka',
      KAFKA_BROKERS: 'here:1',
      SERVICE_SECRET_MESH: 'secret',
      PATH: '/bin',
    });
    expect(readCommandEnvironment(told({ KAFKA_BROKERS: 'there:2' }))).toMatchObject({ KAFKA_BROKERS: 'there:2' });
    write('mesh.json', { pid: 2 ** 22 + 1, environment });
    expect(readCommandEnvironment(told())).not.toHaveProperty('EVENT_BUS');
  });

  it('are noted beside the address of each gateway and the accounts of the first start', () => {
    expect(
      describeMesh(told({ CMS_GATEWAY_PORT: '1234', EDITOR_EMAIL: 'e@x.org', EDITOR_PASSWORD: 'own' })),
    ).toMatchObject({
      cms: 'http://localhost:1234',
      discovery: 'http://localhost:8080',
      environment: { EVENT_BUS: 'kafka' },
      editor: { email: 'e@x.org', password: 'own' },
      admin: { password: 'password' },
    });
  });

  it('are noted nowhere in production', () => {
    const environment = {
      NODE_ENV: 'production',
      POSTGRES_URL: 'postgres://u:hush@db/x',
      SERVICE_SECRET_MESH: 'hush',
      ADMIN_EMAIL: 'a@x.org',
      ADMIN_PASSWORD: 'hush',
    };
    expect(describeMesh(told(environment))).toEqual({
      cms: 'http://localhost:8081',
      discovery: 'http://localhost:8080',
    });
  });

  it('are nothing but what is set in production', () => {
    expect(readCommandEnvironment(told({ NODE_ENV: 'production' }))).toEqual({
      PATH: '/bin',
      MESH_FOLDER: folder,
      NODE_ENV: 'production',
    });
  });
});
