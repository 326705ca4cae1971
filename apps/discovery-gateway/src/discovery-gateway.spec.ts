import {
  createServer,
  type IncomingHttpHeaders,
  request as requestRaw,
  type Server,
  type ServerResponse,
} from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AppName } from '@mediamesh/contracts';
import { type Neighbour, startTestApp, type TestApp } from '@mediamesh/testing';
import { discoveryGateway } from './index.js';

interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A neighbour of which every byte and header is the test's own. */
class RawNeighbour implements Neighbour {
  readonly calls = [];
  readonly heard: Heard[] = [];
  private readonly server: Server;

  constructor(
    readonly app: AppName,
    answer: (heard: Heard, response: ServerResponse) => void,
  ) {
    this.server = createServer(({ method = '', url = '', headers }, response) => {
      const heard = { method, url, headers };
      this.heard.push(heard);
      answer(heard, response);
    });
  }

  listen = (port: number): Promise<void> => new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  close = (): Promise<void> =>
    new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
}

const page = '{ "items":[],   "next":null }\n';
const file = '0123456789';
const asset = '0199c8f4-5b1e-7c3a-9d2f-3f4b5c6d7e8f';

function answerDiscovery({ url }: Heard, response: ServerResponse): void {
  if (url.includes('/programs/old')) response.writeHead(301, { location: '/internal/v1/programs/new' }).end();
  else if (url.includes('/episodes/')) {
    const problem = {
      type: 'x',
      title: 'x',
      status: 404,
      detail: 'x',
      instance: '/internal',
      code: 'episode.not_found',
      traceId: 'x',
    };
    response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  } else
    response
      .writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-language': 'ar',
        'cache-control': 'private, no-store',
      })
      .end(page);
}

function answerMedia({ method, headers, url }: Heard, response: ServerResponse): void {
  const told = {
    'content-type': 'audio/mpeg',
    etag: '"file"',
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
  };
  if (url.endsWith('/none.mp3')) {
    const problem = {
      type: 'x',
      title: 'x',
      status: 404,
      detail: 'x',
      instance: '/internal',
      code: 'file.not_found',
      traceId: 'x',
    };
    response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
  } else if (url.endsWith('/elsewhere.mp3'))
    response
      .writeHead(302, { location: 'https://store.example/key?signature=x', 'cache-control': 'private, no-store' })
      .end();
  else if (headers['if-none-match'] === '"file"') response.writeHead(304, told).end();
  else if (headers.range && headers['if-range'] !== '"other"')
    response.writeHead(206, { ...told, 'content-range': 'bytes 2-4/10', 'content-length': 3 }).end(file.slice(2, 5));
  else response.writeHead(200, { ...told, 'content-length': file.length }).end(method === 'HEAD' ? undefined : file);
}

describe('the Discovery gateway', () => {
  let app: TestApp;
  const discovery = new RawNeighbour('discovery-service', answerDiscovery);
  const media = new RawNeighbour('media-service', answerMedia);
  beforeAll(async () => {
    app = await startTestApp(discoveryGateway, {
      neighbours: [discovery, media],
      environment: { LIMIT_READ: '100000/100000' },
    });
  });
  afterAll(() => app.close());

  const api = '/api/v1/discovery';

  describe('a page', () => {
    it('is passed on byte for byte, to be asked about before each use', async () => {
      const { status, headers } = await app.request(`${api}/programs`);
      const text = await (await fetch(`${app.url}${api}/programs`)).text();
      expect([status, text]).toEqual([200, page]);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'public, no-cache',
        vary: 'Accept-Language',
        'content-language': 'ar',
        'content-type': 'application/json; charset=utf-8',
        etag: expect.stringMatching(/^"[\w-]{27}"$/),
        'x-content-type-options': 'nosniff',
      });
    });

    it('is 304 without a body for who has it already', async () => {
      const etag = (await app.request(`${api}/programs`)).headers.get('etag') ?? '';
      for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
        const { status, headers, body } = await app.request(`${api}/programs`, { headers: { 'if-none-match': known } });
        expect([status, body]).toEqual([304, '']);
        expect(Object.fromEntries(headers)).toMatchObject({
          etag,
          'cache-control': 'public, no-cache',
          vary: 'Accept-Language',
          'content-language': 'ar',
        });
      }
      expect((await app.request(`${api}/programs`, { headers: { 'if-none-match': '"x", garbage' } })).status).toBe(200);
    });

    it('has the same headers and no body for HEAD', async () => {
      const whole = await app.request(`${api}/programs`);
      const head = await app.request(`${api}/programs`, { method: 'HEAD' });
      expect([head.status, head.body, head.headers.get('etag'), head.headers.get('content-length')]).toEqual([
        200,
        '',
        whole.headers.get('etag'),
        String(page.length),
      ]);
    });

    it('ignores parameters it does not know, and refuses wrong values of those it knows', async () => {
      await app.request(`${api}/programs?lang=ar&utm_source=x&limit=5`, { headers: { 'accept-language': 'en' } });
      const heard = discovery.heard.at(-1);
      expect([heard?.url, heard?.headers['accept-language']]).toEqual([
        '/internal/v1/programs?sort=newest&limit=5&lang=ar',
        'en',
      ]);
      for (const query of [
        'limit=0',
        'limit=x',
        'lang=english',
        'type=song',
        'sort=status',
        'category=A',
        'lang=ar&lang=en',
      ]) {
        expect((await app.request(`${api}/programs?${query}`)).status).toBe(422);
      }
    });

    it('of a search or of suggestions is asked for with everything that narrows it', async () => {
      const asked = async (path: string): Promise<string | undefined> => {
        expect((await app.request(`${api}${path}`)).status).toBe(200);
        return discovery.heard.at(-1)?.url;
      };
      expect(await asked('/search?q=x&facets=true&kind=program&utm_source=x')).toBe(
        '/internal/v1/search?q=x&kind=program&facets=true&limit=20',
      );
      expect(await asked('/suggest?q=caf%C3%A9&language=AR&utm_source=x')).toBe(
        '/internal/v1/suggest?q=caf%C3%A9&language=ar&limit=8',
      );
      for (const path of ['/suggest', `/suggest?q=${'x'.repeat(101)}`, '/suggest?q=x&limit=21', '/search?q=x&facets=1'])
        expect([path, (await app.request(`${api}${path}`)).status]).toEqual([path, 422]);
    });

    it('moved elsewhere is told by the public address, with every parameter that was sent', async () => {
      const { status, headers } = await app.request(`${api}/programs/old?lang=ar&utm_source=x`);
      expect([status, headers.get('location')]).toEqual([301, `${api}/programs/new?lang=ar&utm_source=x`]);
      expect((await app.request(`${api}/programs/old`)).headers.get('location')).toBe(`${api}/programs/new`);
    });

    it('that the store itself gives out is asked for there each time, as its address soon expires', async () => {
      const { status, headers } = await app.request(`/media/${asset}/elsewhere.mp3?a=b`);
      expect([status, headers.get('location'), headers.get('cache-control')]).toEqual([
        302,
        'https://store.example/key?signature=x',
        'private, no-store',
      ]);
    });

    it('that is not there is a problem nobody keeps', async () => {
      const { status, headers, body } = await app.request(`${api}/episodes/${asset}`);
      expect([status, body.code, body.instance, headers.get('cache-control'), headers.get('etag')]).toEqual([
        404,
        'episode.not_found',
        `${api}/episodes/${asset}`,
        'no-store',
        null,
      ]);
    });

    it('exists only at the addresses that are declared', async () => {
      for (const path of [`${api}/programs/`, `${api}/programs/1/x.css`, '/internal/v1/programs', `${api}/trending`])
        expect((await app.request(path)).status).toBe(404);
      expect((await app.request(`${api}/programs`, { method: 'DELETE' })).status).toBe(405);
    });
  });

  describe('a file', () => {
    const path = `/media/${asset}/audio.mp3`;

    it('is passed on, and may be kept for long by who has it and for an hour by who gives it out', async () => {
      const { status, headers, body } = await app.request(path);
      expect([status, String(body)]).toEqual([200, file]);
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'public, max-age=31536000, s-maxage=3600, immutable',
        etag: '"file"',
        'accept-ranges': 'bytes',
        'content-type': 'audio/mpeg',
        'content-length': '10',
      });
      expect(media.heard.at(-1)?.url).toBe(`/internal/v1/files/${asset}/audio.mp3`);
    });

    it('is given in parts', async () => {
      const { status, headers, body } = await app.request(path, { headers: { range: 'bytes=2-4' } });
      expect([status, String(body), headers.get('content-range')]).toEqual([206, '234', 'bytes 2-4/10']);
      expect((await app.request(path, { headers: { range: 'bytes=2-4', 'if-range': '"other"' } })).status).toBe(200);
    });

    it('is not sent again to who has it', async () => {
      const { status, headers } = await app.request(path, { headers: { 'if-none-match': '"file"' } });
      expect([status, headers.get('etag'), headers.get('cache-control')]).toEqual([
        304,
        '"file"',
        'public, max-age=31536000, s-maxage=3600, immutable',
      ]);
    });

    it('tells its length for HEAD without being read', async () => {
      const head = await new Promise<{ status: number | undefined; headers: IncomingHttpHeaders }>(
        (resolve, reject) => {
          requestRaw(app.url + path, { method: 'HEAD' }, (response) =>
            resolve({ status: response.statusCode, headers: response.resume().headers }),
          )
            .on('error', reject)
            .end();
        },
      );
      expect([head.status, head.headers['content-length'], head.headers['accept-ranges'], head.headers.etag]).toEqual([
        200,
        '10',
        'bytes',
        '"file"',
      ]);
      expect(media.heard.at(-1)?.method).toBe('HEAD');
    });

    it('that the store itself gives out is asked for there each time, as its address soon expires', async () => {
      const { status, headers } = await app.request(`/media/${asset}/elsewhere.mp3?a=b`);
      expect([status, headers.get('location'), headers.get('cache-control')]).toEqual([
        302,
        'https://store.example/key?signature=x',
        'private, no-store',
      ]);
    });

    it('takes up nothing once it was given, however it was asked for', async () => {
      const head = (): Promise<void> =>
        new Promise((resolve, reject) => {
          requestRaw(app.url + path, { method: 'HEAD' }, (response) => resolve(void response.resume()))
            .on('error', reject)
            .end();
        });
      const leave = (): Promise<void> =>
        new Promise((resolve, reject) => {
          const asked = requestRaw(`${app.url}/media/${asset}/endless.mp3`, (response) =>
            resolve(void response.destroy()),
          ).on('error', reject);
          asked.end();
        });
      const ways: readonly (() => Promise<unknown>)[] = [
        () => app.request(path),
        () => app.request(path, { headers: { range: 'bytes=2-4' } }),
        () => app.request(path, { headers: { 'if-none-match': '"file"' } }),
        () => app.request(`/media/${asset}/elsewhere.mp3`),
        () => app.request(`/media/${asset}/none.mp3`),
        head,
        leave,
      ];
      // more than may be under way at once
      for (const ask of ways) for (let n = 0; n < 300; n += 20) await Promise.all(Array.from({ length: 20 }, ask));
      expect((await app.request(path)).status).toBe(200);
    });

    it('that is not there is a problem nobody keeps', async () => {
      const { status, headers, body } = await app.request(`/media/${asset}/none.mp3`);
      expect([status, body.code, headers.get('cache-control')]).toEqual([404, 'file.not_found', 'no-store']);
      expect((await app.request('/media/no-id/none.mp3')).status).toBe(422);
    });
  });
});
