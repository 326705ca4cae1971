import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FeedError, type FeedErrorCode } from '../../fetching/feed-error.js';
import type { ParsedFeed } from './parsed-feed.js';

export interface FeedDocument {
  body: Uint8Array;
  /** The charset of the HTTP answer. */
  charset?: string | undefined;
  /** Where the document came from; relative addresses are relative to it. */
  baseUrl?: string | undefined;
}

export type ParseOutcome = { feed: ParsedFeed } | { code: FeedErrorCode; detail: string };

export interface FeedParserOptions {
  /** For one document, the start of its worker included. */
  timeoutMs?: number;
  /** Heap of one worker. */
  maxMemoryMb?: number;
  /** Documents read at the same time; others wait their turn. */
  concurrency?: number;
}

export interface FeedParser {
  /**
   * Decodes and reads a feed in a thread of its own, which is ended when it takes too long.
   *
   * @throws FeedError of `decodeFeed` and `parseFeed`; `feed.timeout`, and `feed.too_large` when the memory does not
   * suffice
   */
  parse(document: FeedDocument): Promise<ParsedFeed>;
}

/**
 * Reads feeds outside the main thread: a hostile document costs a worker, never the service. One worker reads one
 * document, so that nothing of it outlives the reading; starting one costs about 30 ms.
 */
export function createFeedParser({
  timeoutMs = 10_000,
  maxMemoryMb = 512,
  concurrency = 2,
}: FeedParserOptions = {}): FeedParser {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async parse(document) {
      if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await parseInWorker(document, timeoutMs, maxMemoryMb);
      } finally {
        // The place is handed on, so that nobody can slip in between.
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}

async function parseInWorker(document: FeedDocument, timeoutMs: number, maxMemoryMb: number): Promise<ParsedFeed> {
  const worker = new Worker(...workerEntry(document, maxMemoryMb));
  let timer: NodeJS.Timeout | undefined;
  try {
    const outcome = await new Promise<ParseOutcome>((resolve, reject) => {
      timer = setTimeout(() => reject(new FeedError('feed.timeout', 'Reading the document took too long')), timeoutMs);
      worker.once('message', resolve);
      worker.once('error', (error: Error) => reject(explainCrash(error)));
      worker.once('exit', (code) =>
        reject(new Error(`The worker that reads feeds ended with code ${code} and no result`)),
      );
    });
    if ('feed' in outcome) return outcome.feed;
    throw new FeedError(outcome.code, outcome.detail);
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

function explainCrash(error: Error): Error {
  const isOutOfMemory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isOutOfMemory
    ? new FeedError('feed.too_large', 'Reading the document needs too much memory', { cause: error })
    : error;
}

/** The worker is the file beside this one, compiled as this one is. Whatever lets Node run this file runs that one. */
const workerEntry = (document: FeedDocument, maxMemoryMb: number): ConstructorParameters<typeof Worker> => [
  new URL(`./feed.worker${extname(import.meta.url)}`, import.meta.url),
  {
    workerData: document,
    execArgv: process.execArgv,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb, maxYoungGenerationSizeMb: 32 },
  },
];
