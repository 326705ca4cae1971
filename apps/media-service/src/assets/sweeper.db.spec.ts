import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrationsOf } from '@mediamesh/migrations';
import { createMetrics, silentLogger } from '@mediamesh/observability';
import { Outbox } from '@mediamesh/outbox';
import { type Database, migrate, openDatabase } from '@mediamesh/postgres';
import { createTestDatabase, type TestDatabase } from '@mediamesh/testing';
import { ClaimsRepository } from './claims.repository.js';
import { FileObjectStore } from '../storage/file-object-store.js';
import { AssetFiles } from './asset-files.js';
import { declareAsset, type StoredAsset } from './asset.js';
import { AssetsRepository } from './assets.repository.js';
import { Sweeper } from './sweeper.js';

const hour = 3_600_000;
const now = new Date();
const assets = new AssetsRepository();
let testDatabase: TestDatabase;
let database: Database;
let folder: string;
let store: FileObjectStore;
let sweeper: Sweeper;

beforeAll(async () => {
  testDatabase = await createTestDatabase({
    template: 'media',
    migrate: (url) => migrate({ url, migrations: migrationsOf('media'), logger: silentLogger }),
  });
  database = await openDatabase({ name: 'media', url: testDatabase.url, poolSize: 2, logger: silentLogger });
  folder = await mkdtemp(join(tmpdir(), 'mediamesh-sweeper-'));
  store = await FileObjectStore.open({
    folder,
    secret: 'a secret of at least thirty-two characters',
    uploadUrl: 'https://cms.example',
  });
  const files = new AssetFiles(store, { windowMs: 1000, minimumBytes: 1 }, silentLogger);
  const outbox = new Outbox({ database, app: 'media-service' });
  sweeper = new Sweeper(database, assets, files, store, outbox, silentLogger, createMetrics('media-service'));
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
  await rm(folder, { recursive: true });
});

/** Bytes in the store, as old as said. */
async function putBytes(key: string, ageHours: number): Promise<string> {
  await store.put(key, Readable.from([Buffer.from('bytes')]), { type: 'image/png' });
  const then = new Date(now.getTime() - ageHours * hour);
  await utimes(join(folder, 'objects', key), then, then);
  return key;
}

async function insert(
  ageHours: number,
  { status = 'declared', withBytes = true }: { status?: StoredAsset['status']; withBytes?: boolean } = {},
): Promise<StoredAsset> {
  const id = randomUUIDv7();
  const objectKey = withBytes ? await putBytes(`${id}/${randomUUIDv7()}`, ageHours) : null;
  const declared = declareAsset(
    { fileName: 'a.png', type: 'image/png', size: 5 },
    { id, createdBy: null, now: new Date(now.getTime() - ageHours * hour) },
  );
  const asset = {
    ...declared,
    status,
    objectKey,
    uploadedSha256: 'x',
    ...(status === 'ready' && { path: `${id}/a.png`, sha256: 'x' }),
  };
  await assets.insert(database.db, asset);
  return asset;
}

const find = (asset: StoredAsset) => assets.find(database.db, asset.id);
const hasBytes = async (asset: StoredAsset) => (await store.head(asset.objectKey ?? 'none')) !== undefined;

describe('sweeping', () => {
  it('removes assets that were declared a day ago and never completed, with their bytes', async () => {
    const [old, empty, young] = [await insert(25), await insert(25, { withBytes: false }), await insert(23)];
    await sweeper.sweep(now);
    expect([await find(old), await find(empty), await hasBytes(old)]).toEqual([undefined, undefined, false]);
    expect([(await find(young))?.status, await hasBytes(young)]).toEqual(['declared', true]);
  });

  it('rejects those that somebody claims, so that no draft names what does not exist', async () => {
    const asset = await insert(25);
    await new ClaimsRepository().put(database.db, randomUUIDv7(), [asset.id]);
    await sweeper.sweep(now);
    expect(await find(asset)).toMatchObject({ status: 'rejected', reason: 'asset.not_uploaded' });
    expect(await hasBytes(asset)).toBe(false);
    expect(
      await database.query(
        `select from outbox where envelope->>'subject' = $1 and envelope->>'type' = 'media.asset.rejected'`,
        [asset.id],
      ),
    ).toHaveLength(1);
    await sweeper.sweep(now);
    expect(await database.query(`select from outbox where envelope->>'subject' = $1`, [asset.id])).toHaveLength(1);
  });

  it('keeps what is ready, however old and unclaimed', async () => {
    const asset = await insert(10_000, { status: 'ready' });
    await sweeper.sweep(now);
    expect([(await find(asset))?.status, await hasBytes(asset)]).toEqual(['ready', true]);
  });

  it('removes bytes that nobody points at once they are a day old, as a crash leaves them', async () => {
    const old = await putBytes(`${randomUUIDv7()}/left`, 25);
    const young = await putBytes(`${randomUUIDv7()}/arriving`, 1);
    await sweeper.sweep(now);
    expect(await store.head(old)).toBeUndefined();
    expect(await store.head(young)).toBeDefined();
  });
});
