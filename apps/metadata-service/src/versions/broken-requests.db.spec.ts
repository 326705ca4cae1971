import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestApp, type TestApp } from '@mediamesh/testing';
import { metadataService } from '../index.js';

describe('requests that break off or never end', () => {
  let app: TestApp;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mediamesh-log-'));
    app = await startTestApp(metadataService, { environment: { LOG_LEVEL: 'debug', LOG_FOLDER: folder } });
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  const send = async (text: string): Promise<Socket> => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1').on('error', () => undefined);
    await new Promise((resolve) => socket.write(text, resolve));
    return socket;
  };
  const head = 'PUT /internal/v1/versions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  const log = async () =>
    (await readFile(join(folder, 'metadata-service.log'), 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map(
        (line) =>
          JSON.parse(line) as { level: string; message: string; method?: string; code?: string; traceId?: string },
      );

  it.each([
    [
      'an address that cannot be read',
      'GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      400,
      'request.malformed',
    ],
    ['a line that is no request', 'HELLO\r\n\r\n', 400, 'request.malformed'],
    [
      'headers that are too large',
      `GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(64_000)}\r\n\r\n`,
      431,
      'request.headers_too_large',
    ],
    ['a request without a host', 'GET /health/live HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'request.malformed'],
    [
      'a request with two hosts',
      'GET /health/live HTTP/1.1\r\nhost: x\r\nhost: y\r\nconnection: close\r\n\r\n',
      400,
      'request.malformed',
    ],
    ['a tunnel', 'CONNECT example.org:80 HTTP/1.1\r\nhost: example.org:80\r\n\r\n', 405, 'request.method_not_allowed'],
    [
      'an unknown expectation',
      'GET /nothing HTTP/1.1\r\nhost: x\r\nexpect: wonders\r\nconnection: close\r\n\r\n',
      404,
      'request.not_found',
    ],
  ])('are answered with a problem for %s', async (_, text, status, code) => {
    const socket = await send(text);
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    expect(heard).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    for (const header of ['content-type: application/problem\\+json', 'x-request-id: \\S+', 'traceparent: 00-'])
      expect(heard).toMatch(new RegExp(`\r\n${header}`, 'i'));
    expect(JSON.parse(heard.slice(heard.indexOf('{')))).toMatchObject({
      status,
      code,
      title: expect.stringMatching(/^[A-Z]/),
    });
  });

  it.each([
    ['nonsense', 'HELLO\r\n\r\n'],
    ['a tunnel', 'CONNECT example.org:80 HTTP/1.1\r\nhost: example.org:80\r\n\r\n'],
  ])('hold no socket open after %s, and take no harm from one that breaks off', async (_, text) => {
    const broken = await Promise.all(Array.from({ length: 10 }, () => send(text)));
    for (const socket of broken) socket.resetAndDestroy();
    const held = connect({ port: Number(new URL(app.url).port), host: '127.0.0.1', allowHalfOpen: true });
    held.on('error', () => undefined).write(text);
    held.resume();
    // writing to a socket that the server has left is what tells the client
    await eventually(
      () => (held.write('x'), held.destroyed),
      (destroyed) => destroyed,
      'the server lets go',
      { timeoutMs: 10_000 },
    );
  });

  it('are told apart from our own mistakes', async () => {
    const socket = await send(`${head}content-length: 1000\r\n\r\n{"versions": [`);
    socket.destroy();
    const isRefusal = ({ message, method }: { message: string; method?: string }): boolean =>
      message === 'request refused' && method === 'PUT';
    const lines = await eventually(log, (all) => all.some(isRefusal), 'the refusal is in the log');
    expect(lines.filter(isRefusal)).toMatchObject([
      { level: 'info', code: 'request.malformed', traceId: expect.any(String) },
    ]);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
