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
  const log = async () => (await readFile(join(folder, 'metadata-service.log'), 'utf8')).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { level: string; message: string; code?: string; traceId?: string });

  it.each([
    ['an address that cannot be read', 'GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400, 'request.malformed'],
    ['a line that is no request', 'HELLO\r\n\r\n', 400, 'request.malformed'],
    ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(64_000)}\r\n\r\n`, 431, 'request.headers_too_large'],
  ])('are answered with a problem for %s', async (_, text, status, code) => {
    const socket = await send(text);
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    expect(heard).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    for (const header of ['content-type: application/problem\\+json', 'x-request-id: \\S+', 'traceparent: 00-']) expect(heard).toMatch(new RegExp(`\r\n${header}`, 'i'));
    expect(JSON.parse(heard.slice(heard.indexOf('{')))).toMatchObject({ status, code, title: expect.stringMatching(/^[A-Z]/) });
  });

  it('are told apart from our own mistakes', async () => {
    const socket = await send(`${head}content-length: 1000\r\n\r\n{"versions": [`);
    socket.destroy();
    const lines = await eventually(log, (all) => all.some(({ message }) => message === 'request refused'), 'the refusal is in the log');
    expect(lines.filter(({ message }) => message === 'request refused')).toMatchObject([{ level: 'info', code: 'request.malformed', traceId: expect.any(String) }]);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
