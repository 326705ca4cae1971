import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Asset, assetReady } from '@mediamesh/contracts';
import { silentLogger } from '@mediamesh/observability';
import { type Database, openDatabase } from '@mediamesh/postgres';
import { eventually, startTestApp, type TestAnswer, type TestApp } from '@mediamesh/testing';
import { randomUUIDv7 } from 'node:crypto';
import { Meanwhile, stubMedia, stubMetadata } from '../../test/neighbours.js';
import { cmsService } from '../index.js';

describe('what happens while something else is under way', () => {
  const reading = new Meanwhile();
  const putting = new Meanwhile();
  const answered = new Meanwhile();
  const assets = new Map<string, Asset>();
  let app: TestApp;
  let database: Database;
  beforeAll(async () => {
    app = await startTestApp(cmsService, {
      neighbours: [stubMetadata({ reading, putting }), stubMedia(assets, answered)],
    });
    database = await openDatabase({ name: 'cms', url: app.databaseUrl ?? '', poolSize: 2, logger: silentLogger });
  });
  afterAll(async () => {
    await database.close();
    await app.close();
  });

  const call = (method: string, path: string, body?: unknown, ifMatch = '*'): Promise<TestAnswer> =>
    app.request(`/internal/v1${path}`, { method, user: 'EDITOR', body, headers: { 'if-match': ifMatch } });
  const program = (title: string, more: object = {}) => ({
    type: 'podcast',
    defaultLanguage: 'ar',
    localizations: { ar: { title } },
    category: 'society',
    ...more,
  });
  const episode = (title: string) => ({
    defaultLanguage: 'ar',
    localizations: { ar: { title } },
    link: 'https://example.org/1',
  });
  const documentOf = async (id: string) => {
    const { body } = await app.request('/internal/v1/public-documents?limit=500', { service: 'search-service' });
    return body.items.find(
      (one: { document?: { id: string }; tombstone?: { id: string } }) => (one.document ?? one.tombstone)?.id === id,
    );
  };
  const picture = (): Asset => {
    const id = randomUUIDv7();
    const asset: Asset = {
      id,
      fileName: 'cover.png',
      type: 'image/png',
      size: 10,
      sha256: null,
      status: 'declared',
      reason: null,
      width: null,
      height: null,
      durationSeconds: null,
      alt: {},
      path: null,
      version: 1,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      createdBy: null,
    };
    assets.set(id, asset);
    return asset;
  };
  const becomeReady = (asset: Asset): Promise<void> => {
    assets.set(asset.id, { ...asset, status: 'ready', path: `${asset.id}/cover.png` });
    return Promise.resolve();
  };

  it('never lets a document that is built again bring an older text back', async () => {
    const cover = picture();
    const {
      body: { id },
    } = await call('POST', '/programs', program('القديم', { coverAssetId: cover.id }));
    await call('POST', `/programs/${id}/publish`);
    await call('PATCH', `/programs/${id}`, { localizations: { ar: { title: 'الجديد' } } });
    await becomeReady(cover);

    // another publishes between the two reads of whoever builds the document again
    await database.transaction(async (tx) => {
      await tx.query('lock table public_documents in access exclusive mode');
      await app.deliver(assetReady, {
        assetId: cover.id,
        owners: [id],
        file: { assetId: cover.id, path: 'x', type: 'image/png', length: 10 },
      });
      await eventually(
        () =>
          database.query<{ waiting: number }>(
            "select count(*) as waiting from pg_locks where not granted and relation = 'public_documents'::regclass",
          ),
        ([row]) => row?.waiting === 1,
        'the rebuild waits for the documents',
      );
      await tx.query(
        `update items set version = version + 1, published_version_id = working_version_id,
                live = jsonb_set(live, '{ar,versionId}', to_jsonb(working_version_id)) where id = $1`,
        [id],
      );
      await tx.query(
        `update public_documents set revision = revision + 1,
                document = jsonb_set(document, '{localizations,ar,title}', '"الجديد"') where id = $1`,
        [id],
      );
    });
    const { document } = await eventually(
      () => documentOf(id),
      (one) => one.document.cover !== null,
      'the cover is shown',
    );
    expect(document.localizations.ar.title).toBe('الجديد');
  });

  it('shows a cover that became ready while the program was being published', async () => {
    const cover = picture();
    const {
      body: { id },
    } = await call('POST', '/programs', program('غلاف متأخر', { coverAssetId: cover.id }));
    const becomes = async (): Promise<void> => {
      await becomeReady(cover);
      await app.deliver(assetReady, {
        assetId: cover.id,
        owners: [id],
        file: { assetId: cover.id, path: 'x', type: 'image/png', length: 10 },
      });
      const waiting = () =>
        database.query<{ waiting: number }>('select count(*) as waiting from inbox where done_at is null');
      await eventually(waiting, ([row]) => row?.waiting === 0, 'the event was heard, and nothing public was there yet');
    };
    // one read serves the readiness and the document
    answered.set(becomes);
    await call('POST', `/programs/${id}/publish`);
    expect((await documentOf(id)).document.cover).toMatchObject({ assetId: cover.id });
  });

  it('tells nobody of a document that is built again and says the same', async () => {
    const cover = picture();
    await becomeReady(cover);
    const {
      body: { id },
    } = await call('POST', '/programs', program('كما كان', { coverAssetId: cover.id, people: [{ name: 'مضيف' }] }));
    await call('POST', `/programs/${id}/publish`);
    const {
      document: { revision },
    } = await documentOf(id);
    await app.deliver(assetReady, {
      assetId: cover.id,
      owners: [id],
      file: { assetId: cover.id, path: 'x', type: 'image/png', length: 10 },
    });
    const waiting = () =>
      database.query<{ waiting: number }>('select count(*) as waiting from inbox where done_at is null');
    await eventually(waiting, ([row]) => row?.waiting === 0, 'the event was heard');
    expect((await documentOf(id)).document.revision).toBe(revision);
  });

  it('gives an episode the category its program has by then', async () => {
    const parent = await call('POST', '/programs', program('تصنيف يتغير'));
    await call('POST', `/programs/${parent.body.id}/publish`);
    await call('PATCH', `/programs/${parent.body.id}`, { category: 'history' });
    const cover = picture();
    await becomeReady(cover);
    const child = await call('POST', `/programs/${parent.body.id}/episodes`, {
      ...episode('حلقة في سباق'),
      coverAssetId: cover.id,
    });
    // the program's category has been read, the files are being read
    answered.set(async () => expect((await call('POST', `/programs/${parent.body.id}/publish`)).status).toBe(200));
    await call('POST', `/episodes/${child.body.id}/publish`);
    expect(await documentOf(child.body.id)).toMatchObject({ document: { category: 'history' } });
  });

  it('makes no episode in a program that was thrown away meanwhile', async () => {
    const parent = await call('POST', '/programs', program('يُرمى'));
    putting.set(async () => expect((await call('DELETE', `/programs/${parent.body.id}`)).status).toBe(204));
    expect(await call('POST', `/programs/${parent.body.id}/episodes`, episode('يتيمة'))).toMatchObject({
      status: 404,
      body: { code: 'program.not_found' },
    });
  });

  it('merges a patch of whatever there is (If-Match: *) into what another editor saved meanwhile', async () => {
    const {
      body: { id },
    } = await call('POST', '/programs', program('نجمة'));
    putting.set(async () => expect((await call('PATCH', `/programs/${id}`, { tags: ['من الآخر'] })).status).toBe(200));
    expect(await call('PATCH', `/programs/${id}`, { category: 'history' })).toMatchObject({
      status: 200,
      body: { version: 3, category: 'history', tags: ['من الآخر'] },
    });
  });
});
