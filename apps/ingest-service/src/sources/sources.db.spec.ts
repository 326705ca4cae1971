import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestBody } from '@mediamesh/testing';
import { IngestDriver } from '../runs/ingest-driver.builder.js';

describe('a source', () => {
  let ingest: IngestDriver;
  beforeAll(async () => {
    ingest = await IngestDriver.start();
  });
  afterAll(() => ingest.close());
  beforeEach(() => ingest.reset());

  it('is found by its address in any spelling and by its name, and has one address', async () => {
    const source = await ingest.addSource({ url: 'https://feeds.example/show?utm_source=x', name: 'قهوة' });
    expect(
      await ingest.request('/sources', {
        method: 'POST',
        body: { kind: 'rss', url: 'HTTPS://Feeds.Example:443/show/#a' },
      }),
    ).toMatchObject({ status: 409, body: { code: 'source.url_taken' } });
    await ingest.addSource({ url: 'https://feeds.example/other' });
    expect(
      (await ingest.get(`/sources?url=${encodeURIComponent('https://FEEDS.example/show')}`)).items.map(
        ({ id }: TestBody) => id,
      ),
    ).toEqual([source.id]);
    expect((await ingest.get(`/sources?name=${encodeURIComponent('قهوة')}`)).items).toHaveLength(1);
    const {
      items: [newest],
      next,
    } = await ingest.get('/sources?limit=1');
    expect(newest.url).toBe('https://feeds.example/other');
    expect((await ingest.get(`/sources?limit=1&cursor=${encodeURIComponent(next)}`)).items).toMatchObject([
      { id: source.id },
    ]);
  });

  it.each(['http://127.0.0.1/feed', 'http://localhost:9/feed', 'http://[::1]/', 'http://169.254.169.254/latest'])(
    'is not made at %s',
    async (url) => {
      const answer = await ingest.request('/sources', { method: 'POST', body: { kind: 'rss', url } });
      expect(answer).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/url', code: 'source.url_not_allowed' }] },
      });
    },
  );

  it('is not made for a program that is not there', async () => {
    const answer = await ingest.request('/sources', {
      method: 'POST',
      body: { kind: 'rss', programId: randomUUIDv7() },
    });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/programId', code: 'program.not_found' }] },
    });
  });

  it('is removed by whoever has read it last, and its address is free again', async () => {
    const source = await ingest.addSource();
    const remove = (tag: string) =>
      ingest.request(`/sources/${source.id}`, { method: 'DELETE', headers: { 'if-match': tag } });
    expect((await remove('"9"')).status).toBe(412);
    expect((await remove('"1"')).status).toBe(204);
    expect((await remove('"1"')).status).toBe(404);
    expect((await ingest.request(`/sources/${source.id}`)).status).toBe(404);
    expect((await ingest.startRun(source.id)).status).toBe(404);
    await ingest.addSource();
  });

  it('is no concern of people who do not edit', async () => {
    expect((await ingest.request('/sources', { user: 'USER' })).status).toBe(403);
    expect((await ingest.app.request('/internal/v1/sources')).status).toBe(401);
  });
});
