import { randomUUID } from 'node:crypto';
import type { Dirent, Stats } from 'node:fs';
import { type FileHandle, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { unavailable } from '@mediamesh/contracts';
import {
  type ByteRange,
  checkKey,
  type ListedObject,
  type ObjectHead,
  ObjectStore,
  type PutOptions,
  type ReadObject,
  type SignedUpload,
  type UploadLink,
  WrongSize,
} from './object-store.js';
import { signUploadToken, verifyUploadToken } from './upload-token.js';

export interface FileObjectStoreOptions {
  /** Created when it is missing. */
  readonly folder: string;
  /** The URL that receives uploads; the signed token is appended. */
  readonly uploadUrl: string;
  readonly secret: string;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

/**
 * Stores objects as files: complete ones in `objects/<key>`, unfinished ones in `incoming/`, renamed after an fsync.
 *
 * Limits: the folder belongs to one process, which empties `incoming/` when it opens the store; media types are not
 * kept; all bytes pass through this service, so there are no direct uploads and no read links.
 */
export class FileObjectStore extends ObjectStore {
  private readonly objects: string;
  private readonly incoming: string;
  private readonly clock: () => number;

  private constructor(private readonly options: FileObjectStoreOptions) {
    super();
    const folder = resolve(options.folder);
    this.objects = join(folder, 'objects');
    this.incoming = join(folder, 'incoming');
    this.clock = options.clock ?? Date.now;
  }

  /** Opens the folder and deletes the unfinished files of a killed process. */
  static async open(options: FileObjectStoreOptions): Promise<FileObjectStore> {
    const store = new FileObjectStore(options);
    await rm(store.incoming, { recursive: true, force: true });
    await mkdir(store.incoming, { recursive: true, mode: 0o700 });
    await mkdir(store.objects, { recursive: true, mode: 0o700 });
    return store;
  }

  async put(key: string, source: AsyncIterable<Uint8Array>, { size }: PutOptions): Promise<ObjectHead> {
    const path = this.pathOf(key);
    const draft = join(this.incoming, randomUUID());
    try {
      const written = await this.write(draft, source);
      if (size !== undefined && written !== size) throw new WrongSize(size, written);
      return await onDisk(async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await rename(draft, path);
        await syncFolder(dirname(path));
        return headOf(await stat(path));
      });
    } catch (error) {
      await onDisk(() => rm(draft, { force: true }));
      throw error;
    }
  }

  async read(key: string, range?: ByteRange): Promise<ReadObject | undefined> {
    const file = await onDisk(() => ifThere(open(this.pathOf(key), 'r')));
    if (!file) return undefined;
    try {
      const head = headOf(await onDisk(() => file.stat()));
      if (range && range.start >= head.size) {
        await file.close();
        return undefined;
      }
      return { ...head, stream: file.createReadStream({ ...range, highWaterMark: 256 * 1024 }) };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async head(key: string): Promise<ObjectHead | undefined> {
    const stats = await onDisk(() => ifThere(stat(this.pathOf(key))));
    return stats && headOf(stats);
  }

  async delete(key: string): Promise<void> {
    await onDisk(() => rm(this.pathOf(key), { force: true }));
  }

  async *list(): AsyncIterable<ListedObject> {
    const folder = await onDisk(() => opendir(this.objects, { recursive: true }));
    for await (const entry of folder) {
      if (!entry.isFile()) continue;
      const key = this.keyOf(entry);
      const head = await this.head(key);
      if (head) yield { key, ...head };
    }
  }

  async signUpload(upload: SignedUpload): Promise<UploadLink> {
    checkKey(upload.key);
    // no link while the store is unavailable
    await onDisk(() => stat(this.objects));
    return {
      method: 'PUT',
      url: `${this.options.uploadUrl}/${signUploadToken(this.options.secret, upload)}`,
      headers: { 'content-type': upload.type },
    };
  }

  verifyUpload(signed: string): SignedUpload {
    return verifyUploadToken(this.options.secret, signed, this.clock());
  }

  takeUpload(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  dropUpload(): Promise<void> {
    return Promise.resolve();
  }

  signRead(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private pathOf(key: string): string {
    return join(this.objects, ...checkKey(key).split('/'));
  }

  private keyOf(entry: Dirent): string {
    return relative(this.objects, join(entry.parentPath, entry.name)).split(sep).join('/');
  }

  /** Errors of the source pass unchanged; errors of the disk become `unavailable`. */
  private async write(draft: string, source: AsyncIterable<Uint8Array>): Promise<number> {
    const file = await onDisk(() => open(draft, 'wx', 0o600));
    let written = 0;
    try {
      for await (const chunk of source) {
        await onDisk(() => file.writeFile(chunk));
        written += chunk.length;
      }
      await onDisk(() => file.sync());
    } finally {
      await onDisk(() => file.close());
    }
    return written;
  }
}

const headOf = ({ size, mtime }: Stats): ObjectHead => ({ size, modifiedAt: mtime });

/** A rename is durable only after an fsync of the folder. */
async function syncFolder(path: string): Promise<void> {
  const folder: FileHandle = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** `undefined` for ENOENT and ENOTDIR (a file in place of a folder). */
async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as { code?: unknown }).code))) return undefined;
    throw error;
  }
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw unavailable('request.unavailable', { cause });
  }
}
