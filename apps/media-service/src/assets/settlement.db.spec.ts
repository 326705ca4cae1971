import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cursors } from '@mediamesh/http';
import { migrationsOf } from '@mediamesh/migrations';
import { createContext, runInContext, silentLogger } from '@mediamesh/observability';
import { Outbox } from '@mediamesh/outbox';
import { type Database, migrate, openDatabase } from '@mediamesh/postgres';
import { createTestDatabase, type TestDatabase } from '@mediamesh/testing';
import { ClaimsRepository } from './claims.repository.js';
import { makePng } from '../inspection/sample-files.builder.js';
import { FileObjectStore } from '../storage/file-object-store.js';
import { AssetFiles, type KeptBytes } from './asset-files.js';
import { declareAsset, type StoredAsset, type Verdict } from './asset.js';
import { AssetsRepository } from './assets.repository.js';
import { AssetsService } from './assets.service.js';
import { UploadsService } from './uploads.service.js';

const pace = { windowMs: 60_000, minimumBytes: 1 };
const assets = new AssetsRepository();
let testDatabase: TestDatabase;
let database: Database;
let folder: string;
let store: FileObjectStore;

beforeAll(async () => {
  testDatabase = await createTestDatabase({
    template: 'media',
    migrate: (url) => migrate({ url, migrations: migrationsOf('media'), logger: silentLogger }),
  });
  database = await openDatabase({ name: 'media', url: testDatabase.url, poolSize: 4, logger: silentLogger });
  folder = await mkdtemp(join(tmpdir(), 'mediamesh-settlement-'));
  store = await FileObjectStore.open({
    folder,
    secret: randomBytes(32).toString('hex'),
    uploadUrl: 'https://cms.example',
  });
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
  await rm(folder, { recursive: true });
});

/** Lets something happen between the examination of bytes and what follows from it. */
class InterruptedFiles extends AssetFiles {
  constructor(
    private readonly interrupt: () => Promise<void>,
    private times = 1,
  ) {
    super(store, pace, silentLogger);
  }

  override async examine(asset: StoredAsset): Promise<Verdict | undefined> {
    const verdict = await super.examine(asset);
    if (this.times-- > 0) await this.interrupt();
    return verdict;
  }
}

const size = makePng().length;

async function upload(id: string, bytes: Buffer): Promise<void> {
  const files = new AssetFiles(store, pace, silentLogger);
  const kept = await files.keep(id, Readable.from([bytes]), { type: 'image/png', maximumBytes: size, size });
  const outcome = await database.transaction((tx) => assets.replaceBytes(tx, id, kept, new Date()));
  await files.drop(outcome?.replaced ?? null);
}

async function makeUploaded(bytes: Buffer): Promise<string> {
  const id = randomUUIDv7();
  await assets.insert(
    database.db,
    declareAsset({ fileName: 'a.png', type: 'image/png', size }, { id, createdBy: null, now: new Date() }),
  );
  await upload(id, bytes);
  return id;
}

const serviceWith = (files: AssetFiles) =>
  new AssetsService(
    database,
    assets,
    new ClaimsRepository(),
    files,
    new UploadsService(database, assets, files, store),
    store,
    new Outbox({ database, app: 'media-service' }),
    new Cursors(['x'.repeat(32)]),
    silentLogger,
  );

describe('settling an asset', () => {
  it('judges the bytes that came while the earlier ones were examined', async () => {
    const id = await makeUploaded(makePng({ width: 2 }));
    const service = serviceWith(new InterruptedFiles(() => upload(id, makePng({ width: 3 }))));
    expect(await service.complete(id)).toMatchObject({ status: 'ready', width: 3 });
  });

  it('does not make bytes ready that came after good ones and are bad', async () => {
    const id = await makeUploaded(makePng());
    const service = serviceWith(new InterruptedFiles(() => upload(id, Buffer.alloc(size, 'x'))));
    await expect(service.complete(id)).rejects.toMatchObject({ code: 'asset.type_mismatch' });
    expect(await assets.find(database.db, id)).toMatchObject({ status: 'rejected', objectKey: null });
  });

  it('does not reject good bytes for the bad ones they replace', async () => {
    const id = await makeUploaded(Buffer.alloc(size, 'x'));
    const service = serviceWith(new InterruptedFiles(() => upload(id, makePng({ width: 4 }))));
    expect(await service.complete(id)).toMatchObject({ status: 'ready', width: 4 });
  });

  it('gives up, to be asked again, while bytes are replaced all the time', async () => {
    const id = await makeUploaded(makePng());
    const service = serviceWith(new InterruptedFiles(() => upload(id, makePng()), 100));
    await expect(service.complete(id)).rejects.toMatchObject({ kind: 'unavailable', code: 'request.busy' });
    expect(await assets.find(database.db, id)).toMatchObject({ status: 'declared' });
  });

  it('waits for bytes again when the store has lost them', async () => {
    const id = await makeUploaded(makePng());
    await store.delete((await assets.find(database.db, id))?.objectKey ?? '');
    await expect(serviceWith(new InterruptedFiles(() => Promise.resolve())).complete(id)).rejects.toMatchObject({
      code: 'asset.not_uploaded',
    });
  });
});

describe('a file that takes longer to examine than its caller can wait', () => {
  it('is examined all the same, for whoever asks again', async () => {
    const id = await makeUploaded(makePng({ width: 5 }));
    const slow = Promise.withResolvers<void>();
    let examined = 0;
    const service = serviceWith(new InterruptedFiles(() => (examined++, slow.promise)));
    const ask = (waitMs: number) =>
      runInContext(createContext({ deadline: Date.now() + waitMs }), () => service.complete(id));
    await expect(Promise.allSettled([ask(600), ask(550)])).resolves.toMatchObject([
      { reason: { kind: 'unavailable', code: 'request.busy' } },
      { reason: { kind: 'unavailable', code: 'request.busy' } },
    ]);
    const waiting = ask(30_000);
    slow.resolve();
    expect(await waiting).toMatchObject({ status: 'ready', width: 5 });
    expect(examined).toBe(1);
  });
});

describe('taking what was uploaded to the store itself', () => {
  /** Files that the store took an upload of, which it answers under one key however often it is asked. */
  class TakenFiles extends AssetFiles {
    constructor(private readonly objectKey: string) {
      super(store, pace, silentLogger);
    }

    override take(): Promise<KeptBytes> {
      return Promise.resolve({ objectKey: this.objectKey, size, sha256: 'x' });
    }
  }
  const collect = (asset: StoredAsset, objectKey: string) =>
    new UploadsService(database, assets, new TakenFiles(objectKey), store).collect(asset);
  const complete = (id: string) => serviceWith(new AssetFiles(store, pace, silentLogger)).complete(id);

  async function makeDeclared(...names: string[]): Promise<StoredAsset> {
    const declared = declareAsset(
      { fileName: 'a.png', type: 'image/png', size },
      { id: randomUUIDv7(), createdBy: null, now: new Date() },
    );
    await assets.insert(database.db, declared);
    for (const name of names)
      await store.put(`${declared.id}/${name}`, Readable.from([makePng()]), { type: 'image/png' });
    return declared;
  }

  it('keeps the bytes that somebody else took, or settled, at the same time', async () => {
    const asset = await makeDeclared('assembled');
    const key = `${asset.id}/assembled`;
    await Promise.all([collect(asset, key), collect(asset, key)]);
    expect(await store.head(key)).toBeDefined();
    expect(await complete(asset.id)).toMatchObject({ status: 'ready' });
    await collect(asset, key);
    expect(await store.head(key)).toBeDefined();
  });

  it('drops bytes that came too late, and those they replace', async () => {
    const asset = await makeDeclared('first', 'second', 'late');
    const has = async (name: string) => (await store.head(`${asset.id}/${name}`)) !== undefined;
    await collect(asset, `${asset.id}/first`);
    await collect(asset, `${asset.id}/second`);
    expect([await has('first'), await has('second')]).toEqual([false, true]);
    await complete(asset.id);
    await collect(asset, `${asset.id}/late`);
    expect([await has('late'), await has('second')]).toEqual([false, true]);
  });
});
