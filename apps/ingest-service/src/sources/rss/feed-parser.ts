import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { FeedError, type FeedErrorCode } from '../../fetching/feed-error.js';
import type { ParsedFeed } from './parsed-feed.js';

export interface FeedDocument {
  body: Uint8Array;
  charset?: string | undefined;
  /** Base for relative addresses. */
  baseUrl?: string | undefined;
}

export type ParseOutcome = { feed: ParsedFeed } | { code: FeedErrorCode; detail: string };

export interface FeedParserOptions {
  /** For one document, including the start of its worker. */
  timeoutMs?: number;
  maxMemoryMb?: number;
  /** Documents parsed at the same time; others wait in a queue. */
  concurrency?: number;
}

export interface FeedParser {
  /**
   * @throws FeedError of `decodeFeed` and `parseFeed`, `feed.timeout`, `feed.too_large` when memory does not suffice
   */
  parse(document: FeedDocument): Promise<ParsedFeed>;
}

/**
 * Parses feeds in worker threads, so that a hostile document can only crash its worker. Each document gets a new
 * worker, so that no state survives. Starting one takes about 30 ms.
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
        // Passes its slot to the next in the queue, so that no new call can take it.
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

/** The worker is the neighbouring file with the same extension, so it runs from source and from the build. */
const workerEntry = (document: FeedDocument, maxMemoryMb: number): ConstructorParameters<typeof Worker> => [
  new URL(`./feed.worker${extname(import.meta.url)}`, import.meta.url),
  {
    workerData: document,
    execArgv: process.execArgv,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb, maxYoungGenerationSizeMb: 32 },
  },
];
