import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type AppName, appNames, defineApi } from '@mediamesh/contracts';
import { createContext, createMetrics, runInContext, silentLogger } from '@mediamesh/observability';
import { z } from 'zod';
import { Clients } from './client.js';

const api = defineApi('cms-service', '/internal/v1', {
  read: { method: 'GET', path: '/things/:id', summary: 'Read', params: z.object({ id: z.string() }), query: z.object({ q: z.string().optional() }), returns: z.object({ name: z.string() }), roles: ['PUBLIC'] },
  add: { method: 'POST', path: '/things', summary: 'Add', body: z.object({ name: z.string() }), returns: z.object({ name: z.string() }), roles: ['PUBLIC'] },
});

type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void;
const json = (response: ServerResponse, status: number, body: unknown, type = 'application/json'): void => void response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));

describe('a typed client', () => {
  const open: { server: Server; clients: Clients }[] = [];
  afterEach(async () => {
    for (const { server, clients } of open.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await clients.close();
    }
  });

  async function arrange(handler: Handler) {
    const seen: IncomingMessage[] = [];
    const server = createServer((request, response) => handler(request, response, seen.push(request)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const urls = Object.fromEntries(appNames.map((name) => [name, url])) as Record<AppName, string>;
    const clients = new Clients('cms-gateway', urls, (audience) => Promise.resolve(`token-for-${audience}`), silentLogger, createMetrics('test'));
    open.push({ server, clients });
    return { client: clients.of(api, { deadlineMs: 400 }), seen };
  }

  it('sends the caller’s context and a service token, with parameters encoded', async () => {
    const { client, seen } = await arrange((_, response) => json(response, 200, { name: 'قهوة' }));
    const context = createContext({ authorization: 'Bearer person', acceptLanguage: 'ar', requestId: 'request-1' });
    await expect(runInContext(context, () => client.read({ params: { id: 'a/ب' }, query: { q: 'x y' } }))).resolves.toEqual({ name: 'قهوة' });
    expect(seen[0]?.url).toBe('/internal/v1/things/a%2F%D8%A8?q=x+y');
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer person', 'x-service-authorization': 'Bearer token-for-cms-service', 'accept-language': 'ar', 'x-request-id': 'request-1', traceparent: expect.stringContaining(context.trace.traceId) });
  });

  it('turns a problem back into the refusal it was', async () => {
    const problem = { code: 'program.not_found', errors: [{ pointer: '/a', code: 'field.too_long', message: '…', values: { maximum: 3 } }] };
    const { client } = await arrange((_, response) => json(response, 404, problem, 'application/problem+json'));
    await expect(client.read({ params: { id: '1' } })).rejects.toMatchObject({ kind: 'notFound', code: 'program.not_found', errors: [{ pointer: '/a', code: 'field.too_long', values: { maximum: 3 } }] });
  });

  it.each<[string, Handler]>([
    ['500 without a problem', (_, response) => json(response, 500, { secret: 'stack' })],
    ['HTML with status 200', (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['JSON that breaks off', (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"name":')],
    ['a connection that is cut', (request) => void request.socket.destroy()],
    ['no answer at all', () => undefined],
  ])('says unavailable for %s, within the deadline', async (_, handler) => {
    const { client } = await arrange(handler);
    const start = performance.now();
    await expect(client.read({ params: { id: '1' } })).rejects.toMatchObject({ kind: 'unavailable', code: 'request.unavailable' });
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('repeats a read that failed, and never a write', async () => {
    const flaky: Handler = (_, response, nth) => (nth === 1 ? json(response, 503, {}) : json(response, 200, { name: 'second' }));
    const first = await arrange(flaky);
    await expect(first.client.read({ params: { id: '1' } })).resolves.toEqual({ name: 'second' });
    const second = await arrange(flaky);
    await expect(second.client.add({ body: { name: 'x' } })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(second.seen).toHaveLength(1);
  });

  it('spends no more than a fifth of the traffic on retries while a service is down', async () => {
    const { client, seen } = await arrange((_, response) => json(response, 503, {}));
    const calls = 60;
    for (let n = 0; n < calls; n++) await client.read({ params: { id: '1' } }).catch(() => 'counted');
    // the reserve of ten retries, a fifth of the calls, and nothing at all once the breaker is open
    expect(seen.length).toBeLessThanOrEqual(calls + 10 + calls / 5);
  });

  it('asks again no sooner than the service wishes', async () => {
    const { client, seen } = await arrange((_, response) => void response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '2' }).end('{}'));
    await expect(client.read({ params: { id: '1' } })).rejects.toMatchObject({ kind: 'unavailable', options: { retryAfter: 2 } });
    expect(seen).toHaveLength(1);
  });

  it('does not hold against a service that its callers had no time left, or broke off their own uploads', async () => {
    const { client } = await arrange((request, response) => void request.resume().on('end', () => json(response, 200, { name: 'well' })));
    for (let n = 0; n < 15; n++) {
      await expect(runInContext(createContext({ deadline: Date.now() - 1 }), () => client.read({ params: { id: '1' } }))).rejects.toMatchObject({ kind: 'unavailable' });
    }
    for (let n = 0; n < 15; n++) {
      const stream = new PassThrough();
      stream.on('error', () => undefined).write('half of it');
      setImmediate(() => stream.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })));
      await expect(client.forward('add', { body: { name: 'x' } }, { stream })).rejects.toMatchObject({ kind: 'malformed' });
    }
    await expect(client.add({ body: { name: 'x' } })).resolves.toEqual({ name: 'well' });
  });

  it('aborts the socket at the caller’s deadline', async () => {
    const closed = Promise.withResolvers<void>();
    const { client } = await arrange((request) => void request.on('close', () => closed.resolve()));
    await expect(runInContext(createContext({ deadline: Date.now() + 50 }), () => client.add({ body: { name: 'x' } }))).rejects.toMatchObject({ kind: 'unavailable' });
    await closed.promise;
  });
});
