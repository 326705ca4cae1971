import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { describeWithTestData } from '@mediamesh/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isPublicAddress } from './address-guard.js';
import { createSafeFetch, readCharset, type SafeFetchOptions } from './safe-fetch.js';

const compressQuickly = (body: Buffer) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } });

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe('safe fetch', () => {
  let server: Server;
  let connections: number;
  let routes: Record<string, Answer>;
  let port: number;
  let openSockets: Set<Socket>;

  beforeEach(async () => {
    connections = 0;
    routes = { '/feed': (_request, response) => response.end('<rss/>') };
    openSockets = new Set();
    server = createServer((request, response) =>
      (routes[request.url ?? ''] ?? ((_, answer) => answer.writeHead(404).end()))(request, response),
    );
    server.on('connection', (socket) => {
      connections += 1;
      openSockets.add(socket);
      socket.on('close', () => openSockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const at = (path: string, host = '127.0.0.1') => `http://${host}:${port}${path}`;
  const fetchWith = (options: Partial<SafeFetchOptions> = {}) =>
    createSafeFetch({ allowedPrivate: new Set([`127.0.0.1:${port}`]), ...options }).fetchFeed;
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no refusal',
      (error) => error.code,
    );

  it('fetches a feed and tells what the answer said of itself', async () => {
    routes['/feed'] = (request, response) => {
      expect(request.headers).toMatchObject({
        accept: expect.stringContaining('application/rss+xml'),
        'accept-encoding': 'gzip, br',
      });
      response
        .writeHead(200, {
          'content-type': 'text/xml; Charset="windows-1256"',
          etag: '"1"',
          'last-modified': 'Tue, 01 Jan 2019 00:00:00 GMT',
        })
        .end('<rss/>');
    };
    expect(await fetchWith()(at('/feed'))).toEqual({
      status: 200,
      finalUrl: at('/feed'),
      headers: {
        contentType: 'text/xml; Charset="windows-1256"',
        charset: 'windows-1256',
        etag: '"1"',
        lastModified: 'Tue, 01 Jan 2019 00:00:00 GMT',
      },
      body: Buffer.from('<rss/>'),
    });
  });

  describe('addresses', () => {
    it.each([
      '127.0.0.1',
      '127.0.0.2',
      '127.1',
      '0',
      '0.0.0.0',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '127.0.0.1.',
      '0x7f.1',
      '0177.1',
      '0x7f.0x0.0.1',
      '127.00.00.01',
      '①②⑦.⓪.⓪.①',
      '１２７.0.0.1',
      '127。0。0。1',
      '%31%32%37.0.0.1',
      'localhost',
      'LOCALHOST',
      'localhost.',
      '[::1]',
      '[::]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[64:ff9b:1::7f00:1]',
      '[2002:7f00:1::]',
      '10.0.0.1',
      '172.16.0.1',
      '192.168.1.1',
      '100.64.0.1',
      '169.254.169.254',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '[fe80::1]',
      '[fc00::1]',
      '[fec0::1]',
      '[ff02::1]',
      '[0:0:0:0:0:ffff:10.0.0.1]',
      '[2001:db8::1]',
      '[100::1]',
    ])('refuses %s and makes no connection', async (host) => {
      const fetchFeed = createSafeFetch({ allowedPrivate: new Set() }).fetchFeed;
      expect(await codeOf(fetchFeed(at('/feed', host)))).toBe('feed.private_address');
      expect(connections).toBe(0);
    });

    it.each([
      'file:///etc/passwd',
      'ftp://example.com/',
      'gopher://127.0.0.1:70/',
      'data:text/xml,<rss/>',
      'dict://127.0.0.1/',
      'jar:http://127.0.0.1!/',
      'javascript:alert(1)',
      'no address',
      '',
      'http://',
      'http://good\\@127.0.0.1/',
      'http://exam\tple.com/',
      'http://exam\nple.com/',
      'http://[fe80::1%25lo]/',
    ])('refuses to read %j as an address', async (url) => {
      expect(await codeOf(fetchWith()(url))).toBe('feed.url_invalid');
    });

    it.each(['http://user@127.0.0.1/', 'http://user:secret@example.com/', 'http://good@127.0.0.1/'])(
      'refuses credentials in %s',
      async (url) => {
        const error = await fetchWith()(url).catch((refusal) => refusal);
        expect(error.code).toBe('feed.credentials_in_url');
        expect(error.message).not.toContain('secret');
      },
    );

    it('refuses a name that leads to a private address, and one that leads to both kinds', async () => {
      for (const addresses of [['127.0.0.1'], ['93.184.215.14', '127.0.0.1'], ['::1', '2606:4700::1111']]) {
        const lookup = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
        expect(await codeOf(fetchWith({ lookup })(at('/feed', 'feeds.example')))).toBe('feed.private_address');
      }
      expect(connections).toBe(0);
    });

    it('asks for the addresses of a name once, and connects only to what it has checked', async () => {
      const answers = ['127.0.0.1', '169.254.169.254'];
      const lookup = async () => [{ address: answers.shift()!, family: 4 }];
      const fetchFeed = createSafeFetch({ allowedPrivate: new Set([`feeds.example:${port}`]), lookup }).fetchFeed;
      expect((await fetchFeed(at('/feed', 'feeds.example'))).status).toBe(200);
      expect(answers).toEqual(['169.254.169.254']);
    });

    it('allows a private address by its exact host and port only', async () => {
      expect(await codeOf(fetchWith({ allowedPrivate: new Set([`127.0.0.1:${port + 1}`]) })(at('/feed')))).toBe(
        'feed.private_address',
      );
      expect(await codeOf(fetchWith()(at('/feed', 'localhost')))).toBe('feed.private_address');
      expect(connections).toBe(0);
    });

    it('says the same of an open and of a closed private port', async () => {
      const fetchFeed = createSafeFetch({ allowedPrivate: new Set() }).fetchFeed;
      const messages = await Promise.all(
        [port, 1].map((each) => fetchFeed(`http://127.0.0.1:${each}/`).catch((error) => error.message)),
      );
      expect(messages[0]).toBe(messages[1]);
    });

    it('says nothing of the reason when a server cannot be reached', async () => {
      const lookup = async () => {
        throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
      };
      const refused = await fetchWith({ allowedPrivate: new Set(['127.0.0.1:1']) })('http://127.0.0.1:1/').catch(
        (error) => error,
      );
      const unknown = await fetchWith({ lookup })('http://unknown.example/').catch((error) => error);
      expect(refused.code).toBe('feed.unreachable');
      expect(refused.message).toBe(unknown.message);
    });

    it.each(['8.8.8.8', '93.184.215.14', '2606:4700::1111', '::ffff:8.8.8.8'])('takes %s for public', (address) =>
      expect(isPublicAddress(address)).toBe(true),
    );
  });

  describe('redirects', () => {
    const redirect =
      (status: number, location: string): Answer =>
      (_request, response) =>
        response.writeHead(status, { location }).end('moved');

    it('follows them and remembers where a source moved for good', async () => {
      routes['/old'] = redirect(301, '/older');
      routes['/older'] = redirect(308, at('/now'));
      routes['/now'] = redirect(302, '/feed#part');
      expect(await fetchWith()(at('/old'))).toMatchObject({ finalUrl: at('/feed'), permanentUrl: at('/now') });
    });

    it('does not take a move for permanent that a temporary one led to', async () => {
      routes['/old'] = redirect(307, '/older');
      routes['/older'] = redirect(301, '/feed');
      expect((await fetchWith()(at('/old'))).permanentUrl).toBeUndefined();
    });

    it('checks every hop', async () => {
      routes['/a'] = redirect(302, `http://localhost:${port}/feed`);
      routes['/b'] = redirect(302, 'http://[::ffff:7f00:1]/');
      routes['/c'] = redirect(302, 'file:///etc/passwd');
      routes['/d'] = redirect(302, 'http://user:secret@127.0.0.1/');
      routes['/e'] = redirect(302, 'http://[');
      expect(await Promise.all(['/a', '/b', '/c', '/d', '/e'].map((path) => codeOf(fetchWith()(at(path)))))).toEqual([
        'feed.private_address',
        'feed.private_address',
        'feed.url_invalid',
        'feed.credentials_in_url',
        'feed.url_invalid',
      ]);
    });

    it('gives up on loops and long chains', async () => {
      routes['/loop'] = redirect(302, '/loop');
      for (let hop = 0; hop < 21; hop += 1) routes[`/${hop}`] = redirect(302, `/${hop + 1}`);
      expect(await codeOf(fetchWith()(at('/loop')))).toBe('feed.too_many_redirects');
      const before = connections;
      expect(await codeOf(fetchWith()(at('/0')))).toBe('feed.too_many_redirects');
      expect(connections - before).toBeLessThanOrEqual(6);
    });

    it('follows five redirects by default', async () => {
      for (let hop = 1; hop < 5; hop += 1) routes[`/${hop}`] = redirect(302, `/${hop + 1}`);
      routes['/5'] = redirect(302, '/feed');
      expect((await fetchWith()(at('/1'))).finalUrl).toBe(at('/feed'));
    });
  });

  describe('answers', () => {
    it('sends validators to the address that gave them, and to no other', async () => {
      routes['/feed'] = (request, response) =>
        response.writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 200).end();
      const validators = { url: at('/feed'), etag: '"1"', lastModified: 'Tue, 01 Jan 2019 00:00:00 GMT' };
      expect(await fetchWith()(at('/feed'), { validators })).toMatchObject({ status: 304, body: Buffer.alloc(0) });
      expect((await fetchWith()(at('/feed'), { validators: { ...validators, url: at('/other') } })).status).toBe(200);
    });

    it.each([204, 304, 404, 410, 429, 500])('refuses an answer with status %s', async (status) => {
      routes['/feed'] = (_request, response) => response.writeHead(status, { 'retry-after': '120' }).end();
      const error = await fetchWith()(at('/feed')).catch((refusal) => refusal);
      expect(error).toMatchObject({ code: 'feed.http_status', answer: { status, retryAfter: '120' } });
    });

    it.each([
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
      ['deflate', deflateSync],
    ])('undoes %s', async (coding, compress) => {
      routes['/feed'] = (_request, response) =>
        response.writeHead(200, { 'content-encoding': coding }).end(compress('<rss/>'));
      expect((await fetchWith()(at('/feed'))).body.toString()).toBe('<rss/>');
    });

    it.each([
      ['gzip', gzipSync],
      ['br', compressQuickly],
      ['deflate', deflateSync],
    ])('stops a bomb of %s at the limit', async (coding, compress) => {
      const bomb = compress(Buffer.alloc(100 * 1024 * 1024));
      routes['/feed'] = (_request, response) => response.writeHead(200, { 'content-encoding': coding }).end(bomb);
      const before = process.memoryUsage().rss;
      expect(await codeOf(fetchWith()(at('/feed')))).toBe('feed.too_large');
      expect(process.memoryUsage().rss - before).toBeLessThan(80 * 1024 * 1024);
    });

    it('stops an endless body at the limit', async () => {
      routes['/feed'] = (_request, response) => {
        const chunk = Buffer.alloc(64 * 1024, 'a');
        const write = () => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', write);
        write();
      };
      expect(await codeOf(fetchWith({ maxBytes: 1024 * 1024 })(at('/feed')))).toBe('feed.too_large');
    });

    it.each([
      ['an unknown coding', 'zip', Buffer.from('x'), 'feed.undecodable'],
      ['a coding that is not true', 'gzip', Buffer.from('<rss/>'), 'feed.undecodable'],
      ['too many codings', 'gzip, gzip, gzip', gzipSync(gzipSync(gzipSync('x'))), 'feed.undecodable'],
      ['compressed data that end early', 'gzip', gzipSync('a'.repeat(1000)).subarray(0, 20), 'feed.cut_short'],
    ])('refuses %s', async (_name, coding, body, code) => {
      routes['/feed'] = (_request, response) => response.writeHead(200, { 'content-encoding': coding }).end(body);
      expect(await codeOf(fetchWith()(at('/feed')))).toBe(code);
    });

    it('refuses a body that ends before its length', async () => {
      routes['/feed'] = (_request, response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('<rss>', () => response.destroy());
      };
      expect(await codeOf(fetchWith()(at('/feed')))).toBe('feed.cut_short');
    });

    it('gives up on a body that drips', async () => {
      routes['/feed'] = (_request, response) => {
        const drip = setInterval(() => response.write('a'), 20);
        response.on('close', () => clearInterval(drip));
      };
      expect(await codeOf(fetchWith({ timeoutMs: 300 })(at('/feed')))).toBe('feed.timeout');
    });

    it('gives up on a server that says nothing, and on a name server that does not answer', async () => {
      routes['/feed'] = () => undefined;
      expect(await codeOf(fetchWith({ timeoutMs: 100 })(at('/feed')))).toBe('feed.timeout');
      const lookup = () => new Promise<never>(() => undefined);
      expect(await codeOf(fetchWith({ timeoutMs: 100, lookup })('http://feeds.example/'))).toBe('feed.timeout');
    });

    it('stops when its caller does, and leaves no connection open', async () => {
      const stop = new AbortController();
      routes['/feed'] = () => stop.abort();
      expect(await codeOf(fetchWith()(at('/feed'), { signal: stop.signal }))).toBe('feed.aborted');
      await Promise.all([...openSockets].map((socket) => new Promise((resolve) => socket.on('close', resolve))));
      expect(openSockets.size).toBe(0);
    });

    it('fetches other files within limits of their own', async () => {
      const { fetchBytes } = createSafeFetch({ allowedPrivate: new Set([`127.0.0.1:${port}`]) });
      expect(await codeOf(fetchBytes(at('/feed'), { maxBytes: 5 }))).toBe('feed.too_large');
      expect((await fetchBytes(at('/feed'), { maxBytes: 6 })).body).toHaveLength(6);
    });
  });

  describeWithTestData('attack-fuzzdb', 'collected spellings of this machine', (folder) => {
    const spellings = readFileSync(join(folder, 'ip', 'localhost.txt'), 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');

    it.each(spellings)('refuses %s and makes no connection', async (spelling) => {
      const lookup = async () => {
        throw new Error('no such name');
      };
      const { fetchFeed } = createSafeFetch({ allowedPrivate: new Set(), lookup });
      const refusals = ['feed.private_address', 'feed.url_invalid', 'feed.unreachable'];
      expect(refusals).toContain(await codeOf(fetchFeed(at('/feed', spelling))));
      expect(refusals).toContain(await codeOf(fetchFeed(at('/feed', `[${spelling}]`))));
      expect(connections).toBe(0);
    });
  });

  it.each([
    ['text/xml; charset=utf-8', 'utf-8'],
    ["text/xml;charset='us-ascii'", 'us-ascii'],
    ['text/xml', undefined],
    [';;charset=;', undefined],
    [undefined, undefined],
  ])('reads the charset of %s', (contentType, charset) => expect(readCharset(contentType)).toBe(charset));
});
