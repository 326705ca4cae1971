import { randomUUIDv7 } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Asset, PublicDocument } from '@mediamesh/contracts';
import { silentLogger } from '@mediamesh/observability';
import { openDatabase } from '@mediamesh/postgres';
import { eventually, startTestApp, type TestAnswer } from '@mediamesh/testing';
import { mediaService } from '../index.js';
import { makePng } from '../inspection/sample-files.builder.js';

export const base = '/internal/v1';
export const editor = { user: 'EDITOR' } as const;

export interface UploadOptions {
  readonly type?: string;
  readonly fileName?: string;
  readonly sha256?: string;
  readonly alt?: Readonly<Record<string, string>>;
}

/** The token at the end of an upload link. */
export const signedIn = (asset: { upload: { url: string } }): string => asset.upload.url.split('/').at(-1) ?? '';

/** A live program with this asset as its cover. */
export function documentWith(
  coverId: string | null,
  { id = randomUUIDv7(), revision = 1 }: { id?: string; revision?: number } = {},
): PublicDocument {
  const time = '2026-01-01T00:00:00.000Z';
  return {
    kind: 'program',
    id,
    revision,
    type: 'podcast',
    category: null,
    defaultLanguage: 'ar',
    localizations: {},
    formerSlugs: [],
    tags: [],
    people: [],
    explicit: false,
    cover: coverId === null ? null : { assetId: coverId, path: `${coverId}/x.png`, type: 'image/png', length: 1 },
    link: null,
    releasedAt: time,
    publishedAt: time,
    updatedAt: time,
    order: 'newest_first',
  };
}

/** Starts media-service with its own database and folder; `environment` overrides both. */
export async function startMediaApp(environment: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'mediamesh-media-'));
  const app = await startTestApp(mediaService, {
    environment: {
      MEDIA_FOLDER: folder,
      MEDIA_UPLOAD_SECRET: 'a secret of at least thirty-two characters',
      CMS_PUBLIC_URL: 'https://cms.example/',
      ...environment,
    },
  });
  const database = await openDatabase({ name: 'media', url: app.databaseUrl ?? '', poolSize: 2, logger: silentLogger });

  const declare = (body: object): Promise<TestAnswer> =>
    app.request(`${base}/assets`, { ...editor, method: 'POST', body });
  const complete = (id: string, headers: Record<string, string> = {}): Promise<TestAnswer> =>
    app.request(`${base}/assets/${id}/complete`, { ...editor, method: 'POST', headers });
  const upload = (
    signed: string,
    body: Buffer,
    headers: Record<string, string> = { 'content-type': 'image/png' },
  ): Promise<TestAnswer> => app.request(`${base}/uploads/${signed}`, { service: null, method: 'PUT', body, headers });

  /** An asset with uploaded bytes, not completed. */
  const makeUploaded = async (
    bytes: Buffer,
    { type = 'image/png', fileName = 'cover.png', ...more }: UploadOptions = {},
  ) => {
    const { body: asset } = await declare({ fileName, type, size: bytes.length, ...more });
    const { status, body } = await upload(signedIn(asset), bytes, { 'content-type': type });
    if (status !== 204) throw new Error(`the upload was answered ${status}: ${JSON.stringify(body)}`);
    return asset;
  };
  const makeReady = async (
    bytes: Buffer = makePng(),
    options: UploadOptions = {},
  ): Promise<Asset & { path: string }> => {
    const { id } = await makeUploaded(bytes, options);
    const { status, body } = await complete(id);
    if (status !== 200) throw new Error(`completing was answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };

  return {
    app,
    folder,
    database,
    declare,
    complete,
    upload,
    makeUploaded,
    makeReady,
    get: (id: string): Promise<TestAnswer> => app.request(`${base}/assets/${id}`, editor),
    claim: (ownerId: string, assetIds: string[]): Promise<TestAnswer> =>
      app.request(`${base}/claims`, { service: 'cms-service', method: 'PUT', body: { ownerId, assetIds } }),
    readFile: (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<TestAnswer> =>
      app.request(`${base}/files/${path}`, { headers, method, service: 'cms-service' }),
    listObjects: async () =>
      (await readdir(join(folder, 'objects'), { recursive: true, withFileTypes: true })).filter((entry) =>
        entry.isFile(),
      ),
    countClaims: async (owner: string): Promise<number> =>
      (await database.query('select from claims where owner_id = $1', [owner])).length,
    /** The events about an asset, oldest first. */
    eventsOf: async (id: string) => {
      const rows = await database.query<{ envelope: { type: string; data: unknown } }>(
        `select envelope from outbox where envelope->>'subject' = $1 order by id`,
        [id],
      );
      return rows.map(({ envelope: { type, data } }) => ({ type, data }));
    },
    untilAllHandled: () =>
      eventually(
        () => database.query('select from inbox where done_at is null'),
        (rows) => rows.length === 0,
        'every event was handled',
      ),
    close: async () => {
      await database.close();
      await app.close();
      await rm(folder, { recursive: true });
    },
  };
}
export type MediaApp = Awaited<ReturnType<typeof startMediaApp>>;
