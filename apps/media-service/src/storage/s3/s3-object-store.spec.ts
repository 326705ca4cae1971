import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { freePorts, takesLessThan } from '@mediamesh/testing';
import { S3Bucket } from './bucket.js';
import type { S3Options } from './client.js';
import { S3ObjectStore } from './s3-object-store.js';

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
const optionsFor = (endpoint: string, more: Partial<S3Options> = {}): S3Options => ({
  endpoint,
  region: 'us-east-1',
  bucket: 'media',
  pathStyle: true,
  credentials,
  ...more,
});
const open = (endpoint: string, more: Partial<S3Options> = {}) =>
  new S3ObjectStore({ ...optionsFor(endpoint, more), logger: silentLogger });
const away = { kind: 'unavailable', code: 'request.unavailable' };
const inAnHour = () => new Date(Date.now() + 3_600_000);
const type = 'image/png';

/** Everything a store is asked for, each expected to fail. */
const askEverything = (store: S3ObjectStore): Record<string, () => Promise<unknown>> => ({
  put: () => store.put('a', Readable.from([Buffer.from('x')]), { type }),
  read: () => store.read('a'),
  head: () => store.head('a'),
  delete: () => store.delete('a'),
  list: () => Array.fromAsync(store.list()),
  signUpload: () => store.signUpload({ key: 'a', type, size: 1, expiresAt: inAnHour() }),
  takeUpload: () => store.takeUpload({ key: 'a', size: 1 }),
  dropUpload: () => store.dropUpload('a'),
});

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

/** A store that answers what it likes. */
async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a store that is away', () => {
  it('is said to be so when nobody listens', async () => {
    const [port] = await freePorts(1);
    const store = open(`http://127.0.0.1:${port}`);
    for (const [name, call] of Object.entries(askEverything(store)))
      expect([name, await call().catch((error: unknown) => error)]).toMatchObject([name, away]);
  });

  it('is said to be so within three seconds when it does not answer', async () => {
    const store = open(await serve(() => undefined));
    const { put: _, ...quick } = askEverything(store);
    const answers = await takesLessThan(3_500, () =>
      Promise.all(Object.values(quick).map((call) => call().catch((error: unknown) => error))),
    );
    expect(answers).toMatchObject(answers.map(() => away));
  });

  it('is asked twice, and no more', async () => {
    let asked = 0;
    const store = open(
      await serve((_request, response) => {
        asked++;
        response.writeHead(503).end();
      }),
    );
    await expect(store.head('a')).rejects.toMatchObject(away);
    expect(asked).toBe(2);
  });

  it('may come back after one failure without anybody noticing', async () => {
    let asked = 0;
    const store = open(
      await serve((_request, response) => {
        response
          .writeHead(asked++ === 0 ? 500 : 200, {
            'content-length': 7,
            'last-modified': 'Sun, 22 Nov 2026 12:00:00 GMT',
          })
          .end();
      }),
    );
    expect(await store.head('a')).toMatchObject({ size: 7 });
  });
});

describe('a store that answers wrongly', () => {
  const readAll = async (endpoint: string) => {
    const object = await open(endpoint).read('a');
    return object && buffer(object.stream);
  };

  it('is found out when it sends half the bytes and breaks off', async () => {
    const endpoint = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half.', () => response.destroy());
    });
    await expect(readAll(endpoint)).rejects.toMatchObject(away);
  });

  it('is found out when the bytes are not those it has a checksum of', async () => {
    const endpoint = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 5, 'x-amz-checksum-crc32': 'NhCmhg==' }).end('HELLO');
    });
    await expect(readAll(endpoint)).rejects.toMatchObject(away);
  });

  it('is found out when it answers a page of somebody else’s', async () => {
    const endpoint = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>');
    });
    await expect(Array.fromAsync(open(endpoint).list())).rejects.toMatchObject(away);
  });
});

describe('listing', () => {
  it('goes through all pages, and leaves out what cannot be ours', async () => {
    const pages = [
      ['a', '../b'],
      ['c/d', 'with space'],
    ];
    const asked: (string | null)[] = [];
    const endpoint = await serve((request, response) => {
      const token = new URL(request.url ?? '', 'http://x').searchParams.get('continuation-token');
      asked.push(token);
      const entries = pages[Number(token ?? 0)]!.map(
        (key) =>
          `<Contents><Key>${key}</Key><Size>1</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>`,
      ).join('');
      const next =
        token === null
          ? '<IsTruncated>true</IsTruncated><NextContinuationToken>1</NextContinuationToken>'
          : '<IsTruncated>false</IsTruncated>';
      response
        .writeHead(200, { 'content-type': 'application/xml' })
        .end(`<?xml version="1.0"?><ListBucketResult>${next}${entries}</ListBucketResult>`);
    });
    expect(await Array.fromAsync(open(endpoint).list())).toEqual(
      ['a', 'c/d'].map((key) => ({ key, size: 1, modifiedAt: new Date('2026-01-01T00:00:00Z') })),
    );
    expect(asked).toEqual([null, '1']);
  });
});

describe('links', () => {
  const yes: RequestListener = (_request, response) => void response.writeHead(200).end();
  const sign = (store: S3ObjectStore) => store.signUpload({ key: 'a', type, size: 1, expiresAt: inAnHour() });

  it('point at the address by which people reach the store', async () => {
    const store = open(await serve(yes), { publicEndpoint: 'https://files.example' });
    expect((await sign(store)).url).toMatch(/^https:\/\/files\.example\/media\/incoming\/a\?/);
    expect(await store.signRead('a', { type, disposition: 'inline', expiresAt: inAnHour() })).toMatch(
      /^https:\/\/files\.example\/media\/a\?/,
    );
  });

  it('name the bucket in the host where the path does not', async () => {
    const read = await open('https://s3.example', { pathStyle: false }).signRead('a', {
      type,
      disposition: 'inline',
      expiresAt: inAnHour(),
    });
    expect(read).toMatch(/^https:\/\/media\.s3\.example\/a\?/);
    const aws = new S3ObjectStore({
      region: 'eu-west-1',
      bucket: 'media',
      pathStyle: false,
      credentials,
      logger: silentLogger,
    });
    expect(await aws.signRead('a', { type, disposition: 'inline', expiresAt: inAnHour() })).toMatch(
      /^https:\/\/media\.s3\.eu-west-1\.amazonaws\.com\/a\?/,
    );
  });

  it('hold no secret, and no checksum of bytes that are not known yet', async () => {
    const { url } = await sign(open(await serve(yes)));
    expect(url).not.toMatch(/secret|checksum|crc32/i);
    expect(new URL(url).searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
  });
});

describe('the bucket', () => {
  const check = async (answer: RequestListener) => checkAt(await serve(answer));
  const checkAt = async (endpoint: string) => {
    const bucket = new S3Bucket('bucket media on the store', optionsFor(endpoint), silentLogger);
    const problems = await bucket.check();
    await bucket.close();
    return problems;
  };
  const rules =
    '<?xml version="1.0"?><LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status>' +
    '<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>' +
    '</Rule></LifecycleConfiguration>';
  const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No.</Message></Error>`;
  /** A sound bucket, but for what is given. */
  const bucketThat =
    (refuses: { write?: boolean; read?: boolean; rules?: boolean } = {}): RequestListener =>
    (request, response) => {
      request.resume();
      const url = new URL(request.url ?? '', 'http://x');
      if (request.method === 'HEAD' && url.pathname.replace(/\/$/, '') === '/media') response.writeHead(200).end();
      else if (request.method === 'HEAD') response.writeHead(refuses.read ? 403 : 404).end();
      else if (request.method === 'PUT')
        response.writeHead(refuses.write ? 403 : 404).end(error(refuses.write ? 'AccessDenied' : 'NoSuchUpload'));
      else if (url.searchParams.has('lifecycle'))
        response
          .writeHead(refuses.rules ? 404 : 200)
          .end(refuses.rules ? error('NoSuchLifecycleConfiguration') : rules);
      else response.writeHead(400).end();
    };

  it('is fine when it can be read, written, and ends unfinished uploads', async () => {
    expect(await check(bucketThat())).toEqual([]);
  });

  it.each<[string, RequestListener, string, boolean]>([
    ['cannot be read', bucketThat({ read: true }), 'bucket media on the store may not be read', true],
    ['is read-only', bucketThat({ write: true }), 'bucket media on the store may be read but not written', true],
    [
      'keeps unfinished uploads',
      bucketThat({ rules: true }),
      'bucket media on the store keeps the parts of unfinished uploads for ever',
      false,
    ],
    [
      'does not exist',
      (_request, response) => void response.writeHead(404).end(),
      'bucket media on the store does not exist',
      true,
    ],
    [
      'is not for these keys',
      (_request, response) => void response.writeHead(403).end(),
      'bucket media on the store may not be used with these keys',
      true,
    ],
    [
      'is elsewhere',
      (_request, response) => void response.writeHead(301).end(),
      'bucket media on the store is not in region us-east-1',
      true,
    ],
    [
      'has a sick store',
      (_request, response) => void response.writeHead(500).end(),
      'bucket media on the store does not answer',
      true,
    ],
  ])('is said to be unfit when it %s, with a remedy', async (_, answer, problem, blocks) => {
    expect(await check(answer)).toEqual([{ problem, remedy: expect.stringMatching(/^[A-Z].{10}/), blocks }]);
  });

  it('is not asked again for a while what it allows, unless it was away meanwhile', async () => {
    let answer = bucketThat();
    const bucket = new S3Bucket(
      'bucket media on the store',
      optionsFor(await serve((...both) => answer(...both))),
      silentLogger,
    );
    expect(await bucket.check()).toEqual([]);
    answer = bucketThat({ write: true });
    expect(await bucket.check()).toEqual([]);
    answer = (_request, response) => void response.writeHead(404).end();
    expect(await bucket.check()).toMatchObject([{ problem: 'bucket media on the store does not exist' }]);
    answer = bucketThat({ write: true });
    expect(await bucket.check()).toMatchObject([{ problem: 'bucket media on the store may be read but not written' }]);
    await bucket.close();
  });

  it('is said to be away in time, by nobody and by one who is silent', async () => {
    const [port] = await freePorts(1);
    const silent = await serve(() => undefined);
    const checkBoth = async () => [...(await checkAt(`http://127.0.0.1:${port}`)), ...(await checkAt(silent))];
    const problem = { problem: 'bucket media on the store does not answer', blocks: true };
    expect(await takesLessThan(3_500, checkBoth)).toMatchObject([problem, problem]);
  });

  it.each<[string, number, string]>([
    [
      'it belongs to somebody else',
      409,
      'bucket media on the store belongs to somebody else. Choose another S3_BUCKET.',
    ],
    ['the keys may not', 403, 'bucket media on the store may not be used with these keys. Correct S3_ACCESS_KEY_ID'],
  ])('cannot be made where %s, which is said plainly', async (_, status, line) => {
    const endpoint = await serve(
      (request, response) => void response.writeHead(request.method === 'HEAD' ? 404 : status).end(),
    );
    await expect(
      new S3Bucket('bucket media on the store', optionsFor(endpoint), silentLogger).prepare(),
    ).rejects.toThrow(line);
  });

  it('says nothing secret', async () => {
    expect(JSON.stringify(await check((_request, response) => void response.writeHead(403).end()))).not.toContain(
      credentials.secretAccessKey + '"',
    );
  });
});
