import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type AppName, appNames, defineApi } from '@mediamesh/contracts';
import { createContext, createMetrics, runInContext, silentLogger } from '@mediamesh/observability';
import { eventually, takesLessThan } from '@mediamesh/testing';
import { z } from 'zod';
import { Clients, type ServiceToken } from './client.js';

const api = defineApi('cms-service', '/internal/v1', {
  read: {
    method: 'GET',
    path: '/things/:id',
    summary: 'Read',
    params: z.object({ id: z.string() }),
    query: z.object({ q: z.string().optional() }),
    returns: z.object({ name: z.string() }),
    roles: ['PUBLIC'],
  },
  remove: {
    method: 'DELETE',
    path: '/things/:id',
    summary: 'Remove',
    params: z.object({ id: z.string() }),
    status: 204,
    ifMatch: true,
    roles: ['PUBLIC'],
  },
  drop: {
    method: 'DELETE',
    path: '/drafts/:id',
    summary: 'Drop',
    params: z.object({ id: z.string() }),
    status: 204,
    roles: ['PUBLIC'],
  },
  add: {
    method: 'POST',
    path: '/things',
    summary: 'Add',
    body: z.object({ name: z.string() }),
    returns: z.object({ name: z.string() }),
    roles: ['PUBLIC'],
  },
});

type Handler = (request: IncomingMessage, response: ServerResponse, nth: number) => void;
const json = (response: ServerResponse, status: number, body: unknown, type = 'application/json'): void =>
  void response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body));

describe('a typed client', () => {
  const open: { server: Server; clients: Clients }[] = [];
  afterEach(async () => {
    for (const { server, clients } of open.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await clients.close();
    }
  });

  async function arrange(
    handler: Handler,
    others: readonly string[] = [],
    serviceToken: ServiceToken = (audience) => Promise.resolve(`token-for-${audience}`),
  ) {
    const seen: IncomingMessage[] = [];
    const server = createServer((request, response) => handler(request, response, seen.push(request)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const urls = Object.fromEntries(appNames.map((name) => [name, [url, ...others]])) as Record<AppName, string[]>;
    const clients = new Clients('cms-gateway', urls, serviceToken, silentLogger, createMetrics('test'));
    open.push({ server, clients });
    return {
      client: clients.of(api),
      hurried: clients.of(api, { deadlineMs: 400 }),
      seen,
      url,
      close: () => server.closeAllConnections(),
    };
  }

  it('sends the caller’s context and a service token, with parameters encoded', async () => {
    const { client, seen } = await arrange((_, response) => json(response, 200, { name: 'قهوة' }));
    const context = createContext({ authorization: 'Bearer person', acceptLanguage: 'ar', requestId: 'request-1' });
    await expect(
      runInContext(context, () => client.read({ params: { id: 'a/ب' }, query: { q: 'x y' } })),
    ).resolves.toEqual({ name: 'قهوة' });
    expect(seen[0]?.url).toBe('/internal/v1/things/a%2F%D8%A8?q=x+y');
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer person',
      'x-service-authorization': 'Bearer token-for-cms-service',
      'accept-language': 'ar',
      'x-request-id': 'request-1',
      traceparent: expect.stringContaining(context.trace.traceId),
    });
  });

  it('turns a problem back into the refusal it was', async () => {
    const problem = {
      code: 'program.not_found',
      errors: [{ pointer: '/a', code: 'field.too_long', message: '…', values: { maximum: 3 } }],
    };
    const { client } = await arrange((_, response) => json(response, 404, problem, 'application/problem+json'));
    await expect(client.read({ params: { id: '1' } })).rejects.toMatchObject({
      kind: 'notFound',
      code: 'program.not_found',
      errors: [{ pointer: '/a', code: 'field.too_long', values: { maximum: 3 } }],
    });
  });

  it.each<[string, Handler]>([
    ['500 without a problem', (_, response) => json(response, 500, { secret: 'stack' })],
    [
      'HTML with status 200',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    ],
    [
      'JSON that breaks off',
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"name":'),
    ],
    ['a connection that is cut', (request) => void request.socket.destroy()],
    ['no answer at all', () => undefined],
  ])('says unavailable for %s, within the deadline', async (_, handler) => {
    const refused = ({ hurried }: Awaited<ReturnType<typeof arrange>>) =>
      expect(hurried.read({ params: { id: '1' } })).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'request.unavailable',
      });
    await takesLessThan(1_500, refused, () => arrange(handler));
  });

  it('repeats a read that failed, and never a write', async () => {
    const flaky: Handler = (_, response, nth) =>
      nth === 1 ? json(response, 503, {}) : json(response, 200, { name: 'second' });
    const first = await arrange(flaky);
    await expect(first.client.read({ params: { id: '1' } })).resolves.toEqual({ name: 'second' });
    const second = await arrange(flaky);
    await expect(second.client.add({ body: { name: 'x' } })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(second.seen).toHaveLength(1);
  });

  it('repeats no change that names its version: it may have happened, and the repeat would be stale', async () => {
    const cut: Handler = (request, response, nth) =>
      nth === 1 ? void request.socket.destroy() : void response.writeHead(204).end();
    const versioned = await arrange(cut);
    await expect(versioned.client.remove({ params: { id: '1' }, ifMatch: 3 })).rejects.toMatchObject({
      kind: 'unavailable',
    });
    expect(versioned.seen).toHaveLength(1);
    const plain = await arrange(cut);
    await expect(plain.client.drop({ params: { id: '1' } })).resolves.toBeUndefined();
    expect(plain.seen).toHaveLength(2);
  });

  it('tells each try how much time is left for it', async () => {
    const { client, seen } = await arrange((_, response, nth) =>
      nth === 1 ? void setTimeout(() => json(response, 503, {}), 150) : json(response, 200, { name: 'second' }),
    );
    await client.read({ params: { id: '1' } });
    const [first = 0, second = 0] = seen.map(({ headers }) => Number(headers['x-deadline-ms']));
    expect(first).toBeLessThanOrEqual(5_000);
    expect(second).toBeLessThanOrEqual(first - 140);
  });

  it('spends no more than a fifth of the traffic on retries while a service is down', async () => {
    const { client, seen } = await arrange((_, response) => json(response, 503, {}));
    const calls = 60;
    for (let n = 0; n < calls; n++) await client.read({ params: { id: '1' } }).catch(() => 'counted');
    // the reserve of ten retries, a fifth of the calls, and nothing at all once the breaker is open
    expect(seen.length).toBeLessThanOrEqual(calls + 10 + calls / 5);
  });

  it('asks again no sooner than the service wishes', async () => {
    const { client, seen } = await arrange(
      (_, response) =>
        void response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '2' }).end('{}'),
    );
    await expect(client.read({ params: { id: '1' } })).rejects.toMatchObject({
      kind: 'unavailable',
      options: { retryAfter: 2 },
    });
    expect(seen).toHaveLength(1);
  });

  it('does not hold against a service that its callers had no time left, or broke off their own uploads', async () => {
    const { client } = await arrange(
      (request, response) => void request.resume().on('end', () => json(response, 200, { name: 'well' })),
    );
    for (let n = 0; n < 15; n++) {
      await expect(
        runInContext(createContext({ deadline: Date.now() - 1 }), () => client.read({ params: { id: '1' } })),
      ).rejects.toMatchObject({ kind: 'unavailable' });
    }
    for (let n = 0; n < 15; n++) {
      const stream = new PassThrough();
      stream.on('error', () => undefined).write('half of it');
      setImmediate(() => stream.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })));
      await expect(client.forward('add', { body: { name: 'x' } }, { stream })).rejects.toMatchObject({
        kind: 'malformed',
      });
    }
    await expect(client.add({ body: { name: 'x' } })).resolves.toEqual({ name: 'well' });
  });

  it('does not hold against a service that its callers waited too long for a token', async () => {
    let isSlow = true;
    const token: ServiceToken = () => delay(isSlow ? 450 : 0, 'token');
    const { client, hurried } = await arrange((_, response) => json(response, 200, { name: 'well' }), [], token);
    const calls = await Promise.allSettled(Array.from({ length: 15 }, () => hurried.read({ params: { id: '1' } })));
    expect(calls.filter(({ status }) => status === 'rejected')).toHaveLength(15);
    isSlow = false;
    await expect(client.read({ params: { id: '1' } })).resolves.toEqual({ name: 'well' });
  });

  it('lets no upload be the one probe of a service that was away', async () => {
    let isDown = true;
    const begun = Promise.withResolvers<void>();
    const { client } = await arrange((request, response) => {
      if (isDown) return json(response, 500, {});
      if (request.method === 'POST') begun.resolve();
      request.resume().on('end', () => json(response, 200, { name: 'well' }));
    });
    for (let n = 0; n < 15; n++) await client.read({ params: { id: '1' } }).catch(() => 'counted');
    isDown = false;
    const stream = new PassThrough();
    stream.write('the first of many bytes');
    const upload = () =>
      Promise.race([
        client.forward('add', { body: { name: 'x' } }, { stream }).then(
          () => 'ended',
          () => 'held back',
        ),
        begun.promise.then(() => 'under way'),
      ]);
    await eventually(upload, (state) => state === 'under way', 'the upload is let through');
    await expect(client.read({ params: { id: '1' } })).resolves.toEqual({ name: 'well' });
    stream.end();
  });

  describe('while people read files slowly', () => {
    /** A service that begins a file and never ends it, and answers questions. */
    const serveSlowly: Handler = (request, response) =>
      request.url?.includes('/files')
        ? void response.writeHead(200, { 'content-type': 'audio/mpeg' }).write('a')
        : json(response, 200, { name: 'answered' });
    const most = 256;
    const openFile = ({ client }: Awaited<ReturnType<typeof arrange>>) =>
      client.forward('read', { params: { id: 'files' } }, { streamAnswer: true });

    it('answers questions, and refuses what is too much at once', async () => {
      const arranged = await arrange(serveSlowly);
      const files = await Promise.all(Array.from({ length: most }, () => openFile(arranged)));
      for (let n = 0; n < 30; n++)
        await takesLessThan(1_000, () =>
          expect(openFile(arranged)).rejects.toMatchObject({ kind: 'unavailable', options: { retryAfter: 1 } }),
        );
      await expect(arranged.client.read({ params: { id: '1' } })).resolves.toEqual({ name: 'answered' });
      expect(arranged.seen).toHaveLength(most + 1);
      (files[0]?.body as Readable).destroy();
      await eventually(
        () => openFile(arranged),
        ({ status }) => status === 200,
        'there is room again',
      );
    });

    it('asks the twin of an instance that is full', async () => {
      const twin = await arrange((_, response) => json(response, 200, { name: 'the twin' }));
      const arranged = await arrange(serveSlowly, [twin.url]);
      let fromTwin = 0;
      for (let n = 0; n < 2 * most + 20; n++) {
        const { body, headers } = await openFile(arranged);
        if (headers['content-type'] !== 'application/json') continue;
        fromTwin += 1;
        (body as Readable).resume();
      }
      expect(fromTwin).toBe(most + 20);
    });
  });

  it('refuses at its deadline also what still waits for its turn', async () => {
    const arranged = await arrange(() => undefined);
    // refused when the server is closed
    for (let n = 0; n < 64; n++) arranged.client.read({ params: { id: '1' } }).catch(() => undefined);
    await eventually(
      () => arranged.seen.length,
      (count) => count === 64,
      'every connection is taken',
    );
    await takesLessThan(1_500, () =>
      expect(arranged.hurried.read({ params: { id: '2' } })).rejects.toMatchObject({ kind: 'unavailable' }),
    );
    expect(arranged.seen).toHaveLength(64);
  });

  it('takes turns with the instances of a service', async () => {
    const other = await arrange((_, response) => json(response, 200, { name: 'other' }));
    const { client } = await arrange((_, response) => json(response, 200, { name: 'one' }), [other.url]);
    const names: string[] = [];
    for (let n = 0; n < 4; n++) names.push((await client.read({ params: { id: '1' } })).name);
    expect(names).toEqual(['one', 'other', 'one', 'other']);
  });

  it('asks the twin of an instance that is not there, also to write, and soon leaves it out', async () => {
    const { client, seen } = await arrange(
      (_, response) => json(response, 200, { name: 'one' }),
      ['http://127.0.0.1:1'],
    );
    for (let n = 0; n < 40; n++) await expect(client.add({ body: { name: 'x' } })).resolves.toEqual({ name: 'one' });
    expect(seen).toHaveLength(40);
  });

  it('never fails because one of two is gone, however many ask at once and however its breaker stands', async () => {
    const { client } = await arrange((_, response) => json(response, 200, { name: 'one' }), ['http://127.0.0.1:1']);
    const end = performance.now() + 2_600; // the breaker opens, and lets a probe through after two seconds
    while (performance.now() < end) {
      const names = await Promise.all(
        Array.from({ length: 30 }, async () => (await client.read({ params: { id: '1' } })).name),
      );
      expect(new Set(names)).toEqual(new Set(['one']));
    }
  });

  it('aborts the socket at the caller’s deadline', async () => {
    const closed = Promise.withResolvers<void>();
    const { client } = await arrange((request) => void request.on('close', () => closed.resolve()));
    await expect(
      runInContext(createContext({ deadline: Date.now() + 500 }), () => client.add({ body: { name: 'x' } })),
    ).rejects.toMatchObject({ kind: 'unavailable' });
    await closed.promise;
  });
});
