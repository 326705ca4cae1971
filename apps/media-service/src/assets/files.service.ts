import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { notFound, unavailable } from '@mediamesh/contracts';
import { matchesTag } from '@mediamesh/http';
import { Database } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { type ByteRange, ObjectStore } from '../storage/object-store.js';
import type { StoredAsset } from './asset.js';
import { AssetsRepository } from './assets.repository.js';
import { readByteRange } from './byte-range.js';
import { contentDisposition } from './file-name.js';

export interface FileRequest {
  readonly assetId: string;
  readonly file: string;
  readonly headers: IncomingHttpHeaders;
  readonly headOnly: boolean;
}

export interface FileAnswer {
  readonly status: 200 | 206 | 302 | 304 | 416;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** Whether files are served by a redirect to the store, where it can sign read links. */
export abstract class Delivery {
  abstract readonly redirects: boolean;
}

/** The life of a read link in milliseconds, enough to listen to an episode. It outlives a withdrawal of the file. */
const readLinkLife = 3_600_000;

/** Serves files that a live document names; all others are a 404. The gateway sets the caching headers. */
@Injectable()
export class FilesService {
  constructor(
    private readonly database: Database,
    private readonly assets: AssetsRepository,
    private readonly store: ObjectStore,
    private readonly delivery: Delivery,
  ) {}

  /** The path must match exactly. 503 before the first byte when the bytes are missing or incomplete. */
  async read({ assetId, file, headers, headOnly }: FileRequest): Promise<FileAnswer> {
    const asset = await this.assets.findPublic(this.database.db, assetId);
    if (!asset || asset.path !== `${assetId}/${file}`) throw notFound('file.not_found');
    const tag = `"${asset.sha256}"`;
    const shared = { etag: tag, 'accept-ranges': 'bytes' };
    if (matchesTag(headers['if-none-match'], tag)) return { status: 304, headers: shared, body: Readable.from([]) };

    // ranges apply to GET only (RFC 9110, section 14.2)
    const range = headOnly ? 'whole' : rangeAskedFor(headers, tag, asset.size);
    if (range === 'unsatisfiable')
      return { status: 416, headers: { 'content-range': `bytes */${asset.size}` }, body: Readable.from([]) };
    const link = headOnly ? undefined : await this.link(asset);
    if (link !== undefined)
      return {
        status: 302,
        headers: { location: link, 'cache-control': 'private, no-store' },
        body: Readable.from([]),
      };
    const whole = range === 'whole';
    const length = whole ? asset.size : range.end - range.start + 1;
    const body = await this.open(asset, whole ? undefined : range, headOnly);
    const described = {
      'content-type': asset.type,
      'content-length': String(length),
      'content-disposition': contentDisposition(asset.fileName, asset.type),
    };
    const part: Record<string, string> = whole
      ? {}
      : { 'content-range': `bytes ${range.start}-${range.end}/${asset.size}` };
    return { status: whole ? 200 : 206, headers: { ...shared, ...described, ...part }, body };
  }

  /** A link by which the store serves the bytes, ranges included. */
  private async link({ objectKey, type, fileName }: StoredAsset): Promise<string | undefined> {
    if (!this.delivery.redirects) return undefined;
    return this.store.signRead(objectKey ?? '', {
      type,
      disposition: contentDisposition(fileName, type),
      expiresAt: new Date(Date.now() + readLinkLife),
    });
  }

  private async open(asset: StoredAsset, range: ByteRange | undefined, headOnly: boolean): Promise<Readable> {
    const key = asset.objectKey ?? '';
    const object = headOnly ? await this.store.head(key) : await this.store.read(key, range);
    const stream = object && 'stream' in object ? (object.stream as Readable) : Readable.from([]);
    if (object?.size === asset.size) return stream;
    stream.destroy();
    throw unavailable('request.unavailable', {
      retryAfter: 5,
      cause: new Error(`the bytes of asset ${asset.id} are missing or cut`),
    });
  }
}

/** `If-Range` with another tag: the client's part is outdated, so it gets the whole (RFC 9110, section 13.1.5). */
function rangeAskedFor(headers: IncomingHttpHeaders, tag: string, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const condition = headers['if-range'];
  return condition === undefined || condition === tag ? readByteRange(headers.range, size) : 'whole';
}
