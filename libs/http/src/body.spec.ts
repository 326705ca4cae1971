import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { defineApi } from '@mediamesh/contracts';
import Fastify, { type FastifyInstance } from 'fastify';
import { z } from 'zod';
import { installBodyParser } from './body.js';
import { sendProblem } from './problem.js';
import { translateError } from './translate-error.js';

const api = defineApi('cms-service', '', {
  add: { method: 'POST', path: '/things', summary: 'Add', body: z.object({}), roles: ['PUBLIC'] },
});

describe('a body', () => {
  const open: FastifyInstance[] = [];
  afterEach(async () => {
    for (const fastify of open.splice(0)) await fastify.close();
  });

  /** What the sender of these bytes hears before the connection ends. */
  async function send(bytes: string): Promise<string> {
    const fastify = Fastify({ forceCloseConnections: true });
    open.push(fastify);
    installBodyParser(fastify, { maximumBytes: 50, longestWait: 100 });
    fastify.setErrorHandler((error, request, reply) => sendProblem(reply, translateError(error), request.url));
    fastify.post(
      '/things',
      { config: { implemented: { api, name: 'add', endpoint: api.endpoints.add } } },
      (request) => ({ got: request.body }),
    );
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((fastify.server.address() as { port: number }).port, '127.0.0.1');
    socket.write(`POST /things HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${bytes}`);
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    return heard;
  }

  it('that drips is given up with 408', async () => {
    expect(await send('content-length: 40\r\n\r\n{"a":')).toMatch(/^HTTP\/1.1 408 [^]*"code":"request.timeout"/);
  });

  it('that goes on and on is refused with 413', async () => {
    expect(await send(`transfer-encoding: chunked\r\n\r\n40\r\n${'x'.repeat(64)}\r\n`)).toMatch(
      /^HTTP\/1.1 413 [^]*"code":"request.too_large"/,
    );
  });

  it('that is read whole is answered, and the connection stays as its sender wishes', async () => {
    expect(await send('connection: close\r\ncontent-length: 8\r\n\r\n{"a": 1}')).toMatch(
      /^HTTP\/1.1 200 [^]*{"got":{"a":1}}/,
    );
  });
});
