import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { createTestDatabase, eventually, type TestDatabase } from '@mediamesh/testing';
import { type Database, openDatabase } from './database.js';

/** Stands between a pool and its server, and can stop passing anything on without closing a connection. */
class StallingProxy {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private stalled = false;

  constructor(target: URL) {
    this.server = createServer((client) => {
      const server = connect(Number(target.port), target.hostname);
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.sockets.add(from);
        from.pipe(to);
        from.on('error', () => to.destroy());
      }
      if (this.stalled) this.stall();
    });
  }

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  stall(): void {
    this.stalled = true;
    for (const socket of this.sockets) socket.unpipe();
  }

  /** Lets new connections pass; the stalled ones stay as they are. */
  resume(): void {
    this.stalled = false;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

describe('a server that stops answering', () => {
  let test: TestDatabase;
  let proxy: StallingProxy;
  let database: Database;

  beforeEach(async () => {
    test = await createTestDatabase();
    const url = new URL(test.url);
    proxy = new StallingProxy(new URL(test.url));
    url.hostname = '127.0.0.1';
    url.port = String(await proxy.listen());
    database = await openDatabase({
      name: 'test',
      url: url.href,
      poolSize: 2,
      logger: silentLogger,
      statementTimeout: 1_000,
    });
  });
  afterEach(async () => {
    proxy.close();
    await database.close();
    await test.drop();
  });

  it('is unavailable within its time, and its connections are not used again', async () => {
    proxy.stall();
    await expect(database.health()).rejects.toMatchObject({ kind: 'unavailable' });
    proxy.resume();
    await eventually(
      () => database.health().then(() => true),
      (well) => well,
      'new connections serve',
    );
  });

  it('does not hold a transaction or a side connection for ever', async () => {
    const side = await database.openSideConnection();
    const held = database.transaction(async () => {
      proxy.stall();
      await side.query('select 1');
    });
    await expect(held).rejects.toMatchObject({ kind: 'unavailable' });
    await side.close();
    expect(side.lost.aborted).toBe(true);
  });
});
