import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy to a server that can refuse all connections, or freeze them. */
export async function openGate(target: URL) {
  const sockets = new Set<Socket>();
  const waiting = new Set<Socket>();
  let frozen = false;
  const gate = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
      if (frozen) waiting.add(socket.pause());
    }
    near.on('data', (chunk) => far.write(chunk)).on('close', () => far.destroy());
    far.on('data', (chunk) => near.write(chunk)).on('close', () => near.destroy());
  });
  const listen = async (port: number) => {
    gate.listen(port, '127.0.0.1');
    await once(gate, 'listening');
  };
  await listen(0);
  const { port } = gate.address() as AddressInfo;
  const shut = async () => {
    const closed = once(gate, 'close');
    gate.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    shut,
    reopen: () => listen(port),
    freeze: () => {
      frozen = true;
      for (const socket of sockets) waiting.add(socket.pause());
    },
    thaw: () => {
      frozen = false;
      for (const socket of waiting) socket.resume();
      waiting.clear();
    },
  };
}
