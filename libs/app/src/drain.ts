import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** Milliseconds at the end of a drain without new connections, to answer those just accepted. */
const lastPart = 400;
/** Milliseconds to wait for running requests. Fastify does not wait once the server has stopped listening. */
const finishing = 10_000;
const glance = 10;

/**
 * Returns a function that stops an app without dropping a request. For `patience` milliseconds every response carries
 * `Connection: close`, so that busy connections end. New ones are accepted until the last 400 ms. Then idle connections
 * are closed until none is left. Node's own `close` closes idle connections at once, even with a request on its way.
 */
export function prepareDraining(fastify: FastifyInstance): (patience: number) => Promise<void> {
  const connections = new Set<Socket>();
  let draining = false;
  fastify.server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (draining) reply.header('connection', 'close');
    done(null, payload);
  });
  return async (patience) => {
    draining = true;
    const end = performance.now() + patience;
    if (patience > lastPart) await delay(patience - lastPart);
    if (fastify.server.listening) NetServer.prototype.close.call(fastify.server);
    while (connections.size > 0 && performance.now() < end) await delay(glance);
    for (const last = performance.now() + finishing; connections.size > 0 && performance.now() < last;) {
      // Reads pending input first, so that a connection with a request is not taken for idle.
      await nextTurn();
      fastify.server.closeIdleConnections();
      await delay(glance);
    }
  };
}
