import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** The last part of a drain takes no new connections: those just taken must still be answered. In milliseconds. */
const lastPart = 400;
/**
 * Answers under way are waited for, in milliseconds. Fastify does not: it takes a server that listens no more for one
 * that has closed.
 */
const finishing = 10_000;
const glance = 10;

/**
 * Lets an app stop without dropping a request. Answers what to call: for `patience` milliseconds, all but the last of
 * which still take new connections, each answer asks its client to use another connection (`Connection: close`), so
 * that busy ones end by themselves. Then idle ones are closed, and it resolves when none is left. Node's own `close`
 * would cut idle connections at once, into a request that is on its way.
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
      // what has come is read first, so that no connection with a request in it is taken for an idle one
      await nextTurn();
      fastify.server.closeIdleConnections();
      await delay(glance);
    }
  };
}
