import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PublicDocument, Tombstone } from '@mediamesh/contracts';
import type { SearchPage, SearchQuery, Suggestions } from '../search-index.js';

export type IndexRequest =
  | { readonly does: 'write'; readonly documents: readonly PublicDocument[]; readonly tombstones: readonly Tombstone[] }
  | { readonly does: 'search'; readonly query: SearchQuery }
  | {
      readonly does: 'suggest';
      readonly text: string;
      readonly options: { readonly language?: string | undefined; readonly limit: number };
    }
  | { readonly does: 'count' }
  | { readonly does: 'generation' }
  /** Moves the WAL into the one file, so that it can be renamed and still read; nothing is written after it. */
  | { readonly does: 'settle' }
  | { readonly does: 'close' };

/** `passing`: caused by the disk or the file, so that a retry may succeed. */
export type IndexAnswer = { readonly value: unknown } | { readonly error: unknown; readonly passing: boolean };

/** `unreadable`: why no request can be answered, in one line for an operator. It may also be sent later. */
export type IndexStart = { readonly ready: true } | { readonly unreadable: string };

export interface Answers {
  readonly write: void;
  readonly search: SearchPage | undefined;
  readonly suggest: Suggestions;
  readonly count: number;
  readonly generation: string;
  readonly settle: void;
  readonly close: void;
}

type Message = IndexStart | ({ readonly number: number } & IndexAnswer);

export class IndexUnavailable extends Error {
  override readonly name = 'IndexUnavailable';

  constructor(cause: unknown) {
    super('The search index is not available', { cause });
  }
}

/** The file holds an unusable index, damaged or of another layout. It must be replaced. */
export class IndexUnreadable extends Error {
  override readonly name = 'IndexUnreadable';
}

/** The thread that holds an index, so that neither searches nor writes block the event loop. */
export class IndexThread {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, PromiseWithResolvers<unknown>>();
  private readonly ready = Promise.withResolvers<void>();
  private readonly ended = Promise.withResolvers<void>();
  private number = 0;
  private failed: Error | undefined;

  private constructor(file: string) {
    this.worker = new Worker(...workerEntry(file));
    this.worker.on('message', (message: Message) => this.receive(message));
    this.worker.on('error', (error: Error) => this.fail(error));
    this.worker.on('exit', (code) => {
      this.fail(new Error(`The thread of the search index ended with code ${code}`));
      this.ended.resolve();
    });
  }

  /** Rejects when the file cannot be opened; with {@link IndexUnreadable} when its index is unusable. */
  static async start(file: string): Promise<IndexThread> {
    const thread = new IndexThread(file);
    await thread.ready.promise;
    return thread;
  }

  /** Why the thread ended; it answers nothing any more. */
  get failure(): Error | undefined {
    return this.failed;
  }

  ask<R extends IndexRequest>(request: R): Promise<Answers[R['does']]> {
    if (this.failed) return Promise.reject(new IndexUnavailable(this.failed));
    const number = (this.number += 1);
    const answer = Promise.withResolvers<unknown>();
    this.waiting.set(number, answer);
    this.worker.postMessage({ number, request });
    return answer.promise as Promise<Answers[R['does']]>;
  }

  async close(): Promise<void> {
    if (!this.failed) await this.ask({ does: 'close' });
    await this.ended.promise;
  }

  private receive(message: Message): void {
    if ('ready' in message) return this.ready.resolve();
    if ('unreadable' in message) {
      this.fail(new IndexUnreadable(message.unreadable));
      return void this.worker.terminate();
    }
    const answer = this.waiting.get(message.number);
    this.waiting.delete(message.number);
    if ('error' in message) answer?.reject(message.passing ? new IndexUnavailable(message.error) : message.error);
    else answer?.resolve(message.value);
  }

  private fail(error: Error): void {
    this.failed ??= error;
    this.ready.reject(this.failed);
    for (const answer of this.waiting.values()) answer.reject(new IndexUnavailable(this.failed));
    this.waiting.clear();
  }
}

/** The worker has this file's extension and Node options, so that it runs compiled or not. */
const workerEntry = (file: string): ConstructorParameters<typeof Worker> => [
  new URL(`./index.worker${extname(import.meta.url)}`, import.meta.url),
  {
    workerData: { file },
    execArgv: process.execArgv,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  },
];
