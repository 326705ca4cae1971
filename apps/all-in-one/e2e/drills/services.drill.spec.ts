import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import type { AppName } from '@mediamesh/contracts';
import { DrillMesh } from './drill.js';

jest.setTimeout(600_000);

const services: readonly AppName[] = [
  'auth-service',
  'metadata-service',
  'media-service',
  'cms-service',
  'ingest-service',
  'search-service',
  'discovery-service',
];
const kills = 4;

describe('services that are killed under writes and reads', () => {
  let drill: DrillMesh;
  beforeAll(async () => {
    drill = await DrillMesh.start({ instances: { 'cms-gateway': 2, 'discovery-gateway': 2 } });
  });
  afterAll(() => drill.close());

  const killAndStart = async (app: AppName, nth?: number): Promise<void> => {
    await drill.mesh.host.killApp(app, nth);
    await drill.mesh.host.startApp(app);
  };

  it.each(['search-service', 'discovery-service'] as const)(
    `loses and doubles nothing when ${kills} times %s is killed as soon as it consumes again`,
    async (app) => {
      await drill.during(`${app} killed ${kills} times`, async () => {
        for (let kill = 0; kill < kills; kill++) {
          await killAndStart(app);
          await delay(500 + Math.random() * 2_000);
        }
      });
    },
  );

  it('loses and doubles nothing when every service is killed in turn', async () => {
    await drill.during('every service killed in turn', async () => {
      for (const app of services) await killAndStart(app);
    });
  });

  it('cuts off only what one gateway of two was answering when it was killed', async () => {
    await drill.during(
      'a gateway of each kind killed',
      async () => {
        for (const app of ['cms-gateway', 'discovery-gateway'] as const) await killAndStart(app, 0);
      },
      { mayCut: true },
    );
  });
});
