import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { namesBroker, readBrokerCount } from './readiness.js';

/** An answer that names that many brokers; their names do not matter here. */
function answer(brokers: number): Buffer {
  const bytes = Buffer.alloc(4 + 4 + 4 + 10);
  bytes.writeInt32BE(bytes.length - 4, 0);
  bytes.writeInt32BE(1, 4);
  bytes.writeInt32BE(brokers, 8);
  return bytes;
}

describe('asking a Kafka broker', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  async function listen(onRequest: (socket: Socket) => void): Promise<number> {
    server = createServer((socket) => socket.once('data', () => onRequest(socket)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  it('finds it ready when it names a broker, however its answer is cut', async () => {
    const port = await listen((socket) => {
      socket.write(answer(1).subarray(0, 9));
      setImmediate(() => socket.write(answer(1).subarray(9)));
    });
    expect(await namesBroker(port)).toBe(true);
  });

  it('does not while it names none', async () => {
    const port = await listen((socket) => socket.write(answer(0)));
    expect(await namesBroker(port)).toBe(false);
  });

  it('does not when it hangs up or is not there', async () => {
    const port = await listen((socket) => socket.destroy());
    expect(await namesBroker(port)).toBe(false);
    await new Promise((resolve) => server!.close(resolve));
    expect(await namesBroker(port)).toBe(false);
  });

  it('waits for a whole answer', () => {
    expect(readBrokerCount(answer(3).subarray(0, 12))).toBeUndefined();
    expect(readBrokerCount(answer(3))).toBe(3);
  });
});
