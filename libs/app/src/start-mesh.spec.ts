import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { InProcessEventBus } from '@mediamesh/events';
import { silentLogger } from '@mediamesh/observability';
import type { Resource } from '@mediamesh/resilience';
import { eventually } from '@mediamesh/testing';
import { defineApp } from './define-app.js';
import { startMesh } from './start-mesh.js';

const secret = 'x'.repeat(32);
const environment = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  MIGRATE: 'off',
  CURSOR_SECRETS: secret,
  SERVICE_SECRET_AUTH_SERVICE: secret,
  SERVICE_SECRET_CMS_SERVICE: secret,
};

class Something implements Resource {
  readonly name = 'something';
  isOpen = true;
  prepare(): Promise<void> {
    return Promise.resolve();
  }
  check(): Promise<[]> {
    return Promise.resolve([]);
  }
  close(): Promise<void> {
    this.isOpen = false;
    return Promise.resolve();
  }
}

describe('a mesh of which one app cannot start', () => {
  it('says so in the log of the app that is alone in its process, else in that of the mesh', async () => {
    const app = (name: 'auth-service' | 'cms-service') =>
      defineApp({
        apis: [],
        controllers: [],
        config: {},
        name,
        providers: () => {
          throw new Error('it lacks a part');
        },
      });
    const folder = await mkdtemp(join(tmpdir(), 'start-mesh-'));
    const logged = (name: string) =>
      readFile(join(folder, `${name}.log`), 'utf8').then(
        (text) => text.includes('the mesh cannot start'),
        () => false,
      );
    const start = (...apps: ReturnType<typeof app>[]) =>
      startMesh(apps, { environment: { ...environment, LOG_LEVEL: 'error', LOG_FOLDER: folder } });
    await expect(start(app('auth-service'))).rejects.toThrow('it lacks a part');
    await eventually(
      () => logged('auth-service'),
      (found) => found,
      'it is in its own log',
    );
    expect(await logged('mesh')).toBe(false);
    await expect(start(app('auth-service'), app('cms-service'))).rejects.toThrow('it lacks a part');
    await eventually(
      () => logged('mesh'),
      (found) => found,
      'it is in the log of both',
    );
    await rm(folder, { recursive: true });
  });

  it('stops the others again, whichever came first', async () => {
    const bare = { apis: [], controllers: [], config: {} } as const;
    const something = new Something();
    const healthy = defineApp({ ...bare, name: 'auth-service', resources: () => [something], providers: () => [] });
    const broken = defineApp({
      ...bare,
      name: 'cms-service',
      providers: () => {
        throw new Error('it lacks a part');
      },
    });
    for (const apps of [
      [healthy, broken],
      [broken, healthy],
    ]) {
      something.isOpen = true;
      await expect(startMesh(apps, { environment })).rejects.toThrow('it lacks a part');
      expect(something.isOpen).toBe(false);
    }
  });
});

describe('an orderly stop', () => {
  const bare = { apis: [], controllers: [], config: {}, providers: () => [] } as const;
  const service = defineApp({ ...bare, name: 'auth-service' });
  const gateway = defineApp({ ...bare, name: 'cms-gateway' });

  it.each([
    ['a service', [service], 1_000],
    ['gateways and services, which drain one after the other,', [service, gateway], 2_000],
  ] as const)('of %s is given time for what drains', async (_what, apps, drain) => {
    const mesh = await startMesh(apps, {
      environment: {
        ...environment,
        SERVICE_SECRET_CMS_GATEWAY: secret,
        DRAIN_SECONDS: '1',
        AUTH_SERVICE_PORT: '0',
        CMS_GATEWAY_PORT: '0',
      },
      bus: new InProcessEventBus({ logger: silentLogger }),
    });
    expect(mesh.longestStop).toBe(24_000 + drain);
    await mesh.close();
  });
});
