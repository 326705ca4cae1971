import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { openDatabase } from '@mediamesh/postgres';
import { startTestApp, type TestApp } from '@mediamesh/testing';
import { stubMedia, stubMetadata } from '../../test/neighbours.js';
import { cmsService } from '../index.js';

describe('what cms-service asks of its database and of its neighbours', () => {
  const metadata = stubMetadata();
  const media = stubMedia();
  let app: TestApp;
  let cost: (work: () => Promise<{ status: number }>) => Promise<{ statements: number; calls: number }>;
  beforeAll(async () => {
    app = await startTestApp(cmsService, { neighbours: [metadata, media] });
    const database = await openDatabase({ name: 'cms', url: app.databaseUrl ?? '', poolSize: 1, logger: silentLogger });
    // every statement of the app passes through a runner of this class; its relay works on its own time
    const query = jest.spyOn(
      Object.getPrototypeOf(database.db.dataSource.createQueryRunner()) as { query(sql: string): unknown },
      'query',
    );
    await database.close();
    const callsMade = () => metadata.calls.length + media.calls.length;
    cost = async (work) => {
      query.mockClear();
      const before = callsMade();
      expect((await work()).status).toBe(200);
      return {
        statements: query.mock.calls.filter(([sql]) => /\b(?:items|slugs|item_versions|public_documents)\b/.test(sql))
          .length,
        calls: callsMade() - before,
      };
    };
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await app.close();
  });

  const editor = (method: string, path: string, body?: unknown) =>
    app.request(`/internal/v1${path}`, { method, user: 'EDITOR', body });
  const localizations = (title: string) => ({ defaultLanguage: 'ar', localizations: { ar: { title } } });

  it('is the same for a page of one and of twenty programs or episodes', async () => {
    const programs = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        editor('POST', '/programs', { type: 'podcast', ...localizations(`برنامج ${n}`) }),
      ),
    );
    const id = programs[0]?.body.id as string;
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => editor('POST', `/programs/${id}/episodes`, localizations(`حلقة ${n}`))),
    );
    for (const limit of [1, 20]) {
      expect(await cost(() => editor('GET', `/programs?limit=${limit}`))).toEqual({ statements: 1, calls: 1 });
      expect(await cost(() => editor('GET', `/programs/${id}/episodes?limit=${limit}`))).toEqual({
        statements: 2,
        calls: 1,
      });
    }
  });

  it('is one read and one write for a patch, and one look at the slugs when the title changes', async () => {
    const { body } = await editor('POST', '/programs', { type: 'podcast', ...localizations('قبل التعديل') });
    const patch = (said: object) =>
      app.request(`/internal/v1/programs/${body.id}`, {
        method: 'PATCH',
        user: 'EDITOR',
        body: { localizations: { ar: said } },
        headers: { 'if-match': '*' },
      });
    expect(await cost(() => patch({ description: 'وصف جديد' }))).toEqual({ statements: 2, calls: 2 });
    expect(await cost(() => patch({ title: 'بعد التعديل' }))).toEqual({ statements: 3, calls: 2 });
  });

  it('is the same for an imported batch of two and of two hundred, new, unchanged and changed', async () => {
    const source = randomUUIDv7();
    const put = (path: string, body: unknown) =>
      app.request(`/internal/v1/imports/${source}/${path}`, { method: 'PUT', service: 'ingest-service', body });
    const { body } = await put('program', {
      key: 'program',
      content: { type: 'podcast', ...localizations('بودكاست') },
      publish: true,
    });
    const batch = (size: number, more: object = {}) =>
      put('episodes', {
        programId: body.programId,
        publish: true,
        items: Array.from({ length: size }, (_, n) => ({
          key: `${size}-${n}`,
          content: { ...localizations(`حلقة ${size} ${n}`), link: 'https://example.org/', ...more },
        })),
      });
    const costs = async (size: number) => [
      await cost(() => batch(size)),
      await cost(() => batch(size)),
      await cost(() => batch(size, { durationSeconds: 5 })),
    ];
    const small = await costs(2);
    expect(await costs(200)).toEqual(small);
    expect(Math.max(...small.map(({ statements }) => statements))).toBeLessThan(20);
  });
});
