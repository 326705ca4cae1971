import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, expect, it } from '@jest/globals';
import type { ObjectStore, SignedUpload, UploadLink } from './object-store.js';

export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** Moves the clock that links are signed by, and verified by where they lead to us. */
  readonly setClock: (now: Date) => void;
  readonly close: () => Promise<void>;
}

const inAnHour = new Date('2026-01-01T13:00:00Z');
const type = 'image/png';

/** Links that lead to our own endpoint, and bytes that come through us. */
export function describeLinksThroughUs(made: () => StoreUnderTest): void {
  const sign = async (key = 'a/b') =>
    (await made().store.signUpload({ key, type, size: 5, expiresAt: inAnHour })).url.split('/').at(-1) ?? '';
  const verify = (signed: string) => made().store.verifyUpload(signed);

  it('verifies the links it made, until they expire', async () => {
    const signed = await sign();
    expect(verify(signed)).toEqual({ key: 'a/b', type, size: 5, expiresAt: inAnHour });
    made().setClock(new Date(inAnHour.getTime() - 1));
    expect(verify(signed).size).toBe(5);
    made().setClock(inAnHour);
    expect(() => verify(signed)).toThrow('upload.refused');
  });

  it('refuses a link in which any character was changed, cut or added', async () => {
    const signed = await sign();
    const altered = [...signed].map(
      (character, index) => signed.slice(0, index) + (character === 'A' ? 'B' : 'A') + signed.slice(index + 1),
    );
    const others = [
      signed.slice(0, -1),
      `${signed}A`,
      `${signed}.`,
      `A${signed}`,
      `${signed}=`,
      signed.split('.')[0] ?? '',
      '.',
      '',
      `${signed}.${signed}`,
    ];
    for (const token of [...altered, ...others]) expect(() => verify(token)).toThrow('upload.refused');
  });

  it('refuses the signature of another link', async () => {
    const [one, other] = [await sign(), await sign('a/c')];
    expect(() => verify(`${one.split('.')[0]}.${other.split('.')[1]}`)).toThrow('upload.refused');
  });

  it('makes no links to read: bytes come through us', async () => {
    await made().store.put('a/b', Readable.from([Buffer.from('x')]), { type });
    expect(await made().store.signRead('a/b', { type, disposition: 'inline', expiresAt: inAnHour })).toBeUndefined();
  });
}

/** Links that lead to the store itself. It verifies them by the real time, so they are signed by it. */
export function describeDirectLinks(made: () => StoreUnderTest): void {
  const soon = (seconds = 60) => new Date(Date.now() + seconds * 1000);
  const bytes = Buffer.from('hello');
  beforeEach(() => made().setClock(new Date()));

  const sign = (more: Partial<SignedUpload> = {}) =>
    made().store.signUpload({ key: 'a/b', type, size: bytes.length, expiresAt: soon(), ...more });
  const send = async (
    { url, headers, method }: { url: string; headers: Readonly<Record<string, string>>; method: string },
    body: Buffer = bytes,
  ) =>
    (await fetch(url, { method, headers: { ...headers }, ...(method !== 'GET' && { body: new Uint8Array(body) }) }))
      .status;
  const take = () => made().store.takeUpload({ key: 'a/b', size: bytes.length });

  it('takes what a link brought, to a key that the link does not reach', async () => {
    const link = await sign();
    expect(await send(link)).toBe(200);
    const taken = await take();
    expect(taken).toMatchObject({ size: 5, key: expect.stringMatching(/^a\/b\/./) });
    expect(await send(link, Buffer.from('HELLO'))).toBe(200);
    const object = await made().store.read(taken?.key ?? '');
    expect(object && (await buffer(object.stream)).toString()).toBe('hello');
  });

  it('forgets what a link brought and nobody took, and nothing else', async () => {
    expect(await send(await sign())).toBe(200);
    const taken = await take();
    expect(await send(await sign())).toBe(200);
    await made().store.dropUpload('a/b');
    expect(await take()).toBeUndefined();
    expect(await made().store.head(taken?.key ?? '')).toMatchObject({ size: 5 });
  });

  it.each<[string, (link: UploadLink) => Promise<number>]>([
    ['another type is sent', (link) => send({ ...link, headers: { ...link.headers, 'content-type': 'text/html' } })],
    ['no type is sent', (link) => send({ ...link, headers: {} })],
    ['more bytes are sent', (link) => send(link, Buffer.from('hello!'))],
    ['fewer bytes are sent', (link) => send(link, Buffer.from('hell'))],
    ['another method is used', (link) => send({ ...link, method: 'DELETE' })],
    ['it is read from', (link) => send({ ...link, method: 'GET' })],
    ['the key is another', (link) => send({ ...link, url: link.url.replace('a/b', 'a/c') })],
    ['its life is longer', (link) => send({ ...link, url: link.url.replace(/(X-Amz-Expires=)\d+/, '$186400') })],
    ['its date is later', (link) => send({ ...link, url: link.url.replace(/(X-Amz-Date=\d{8}T\d{4})\d{2}/, '$199') })],
    [
      'its signature is another',
      (link) => send({ ...link, url: link.url.replace(/(X-Amz-Signature=)[0-9a-f]{4}/, '$10000') }),
    ],
    ['its signature is missing', (link) => send({ ...link, url: link.url.split('?')[0] ?? '' })],
  ])('refuses a link where %s', async (_, misuse) => {
    expect([400, 403]).toContain(await misuse(await sign()));
    expect(await take()).toBeUndefined();
  });

  it('refuses an upload after its link has expired', async () => {
    made().setClock(new Date(Date.now() - 120_000));
    expect(await send(await sign({ expiresAt: new Date(Date.now() - 60_000) }))).toBe(403);
    expect(await take()).toBeUndefined();
  });

  it('refuses other bytes than those announced by their checksum', async () => {
    const link = await sign({ sha256: createHash('sha256').update(bytes).digest('hex') });
    expect(await send(link, Buffer.from('HELLO'))).toBe(400);
    const { 'content-type': _, ...checksum } = link.headers;
    expect(await send({ ...link, headers: { 'content-type': type } })).toBe(403);
    expect(Object.keys(checksum)).toHaveLength(1);
    expect(await send(link)).toBe(200);
    expect(await take()).toMatchObject({ size: 5 });
  });

  it('makes links to read, with type and name of our choice, that expire and cannot be altered', async () => {
    const { store, setClock } = made();
    await store.put('a/b', Readable.from([bytes]), { type: 'text/html' });
    await store.put('a/c', Readable.from([bytes]), { type });
    const read = (expiresAt: Date) =>
      store.signRead('a/b', { type, disposition: 'inline; filename="x.png"', expiresAt });
    const url = (await read(soon())) ?? '';
    const answer = await fetch(url);
    expect([
      answer.status,
      answer.headers.get('content-type'),
      answer.headers.get('content-disposition'),
      await answer.text(),
    ]).toEqual([200, type, 'inline; filename="x.png"', 'hello']);
    const part = await fetch(url, { headers: { range: 'bytes=1-2' } });
    expect([part.status, await part.text()]).toEqual([206, 'el']);
    const alterations = [
      url.replace('a/b', 'a/c'),
      url.replace('image%2Fpng', 'text%2Fhtml'),
      url.replace(/(X-Amz-Expires=)\d+/, '$186400'),
      url.split('?')[0] ?? '',
    ];
    for (const altered of alterations) expect([altered, (await fetch(altered)).status]).toEqual([altered, 403]);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
    setClock(new Date(Date.now() - 120_000));
    expect((await fetch((await read(new Date(Date.now() - 60_000))) ?? '')).status).toBe(403);
  });
}
