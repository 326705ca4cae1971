import { describe, expect, it } from '@jest/globals';
import { createAdapter } from './http-server.js';

describe('a connection to an app', () => {
  it('is kept idle for longer than the minute after which balancers give theirs up', async () => {
    const fastify = createAdapter({ uploads: false }).getInstance();
    fastify.get('/', () => 'here');
    const answer = await fetch(await fastify.listen({ port: 0, host: '127.0.0.1' }));
    await answer.text();
    await fastify.close();
    expect(Number(/^timeout=(\d+)$/.exec(answer.headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(60);
  });
});
