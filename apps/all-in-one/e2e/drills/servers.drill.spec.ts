import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { OwnServers } from '@mediamesh/testing';
import { DrillMesh } from './drill.js';

jest.setTimeout(600_000);

describe('servers that fail under writes and reads', () => {
  let drill: DrillMesh;
  const servers = OwnServers.find();
  beforeAll(async () => {
    drill = await DrillMesh.start();
  });
  afterAll(() => drill.close());

  it('loses nothing while the broker is dead for half a minute', async () => {
    await drill.during(
      'Kafka killed for 30 s',
      async () => {
        await servers.kill('kafka');
        await delay(30_000);
        await servers.restart('kafka');
      },
      { goesOn: true },
    );
  });

  it('goes on without Redis', async () => {
    await drill.during(
      'Redis killed',
      async () => {
        await servers.kill('redis');
        await delay(5_000);
        await servers.restart('redis');
      },
      { goesOn: true },
    );
  });

  it('goes on while Redis answers nothing', async () => {
    await drill.during(
      'Redis frozen',
      async () => {
        await servers.freeze('redis');
        await delay(8_000);
        await servers.continue('redis');
      },
      { goesOn: true },
    );
  });

  it('indexes after OpenSearch was killed whatever was published meanwhile', async () => {
    await drill.during(
      'OpenSearch killed',
      async () => {
        await servers.kill('opensearch');
        await delay(5_000);
        await servers.restart('opensearch');
      },
      { goesOn: true },
    );
  });

  it('says that it cannot while PostgreSQL is away, and goes on when it is back', async () => {
    await drill.during('PostgreSQL restarted', async () => {
      await drill.mesh.host.postgres.stop();
      await delay(3_000);
      await drill.mesh.host.postgres.start();
    });
    expect((await drill.mesh.public('/categories')).status).toBe(200);
  });
});
