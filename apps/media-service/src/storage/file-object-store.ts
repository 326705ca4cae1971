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
  /** Holds everything; made where it is missing. */
  readonly folder: string;
  /** The address that takes uploads; the signed token is appended. */
  readonly uploadUrl: string;
  /** Signs upload links. */
  readonly secret: string;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
}

/**
 * Objects as files: `objects/<key>` holds what is whole, `incoming/` what is still being written, renamed when it is on
 * the disk.
 *
 * Its limits: the folder belongs to one process, which sweeps `incoming/` when it opens the store; media types are not
 * kept; all bytes come and go through us, so there are no uploads to take and no links to read.
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

  /** Opens the folder and removes what a killed process left half-way. */
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
    // a link that leads nowhere helps nobody
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

  /** Errors of the source stay as they are; those of the disk mean that the store is away. */
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

/** A rename lasts when its folder is on the disk. */
async function syncFolder(path: string): Promise<void> {
  const folder: FileHandle = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** What is not there is `undefined`; a file in the place of a folder means the same. */
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
