import { createHash } from 'node:crypto';
import { Database, query } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { AllowedPrivate } from '../../fetching/allowed-private.js';
import { FeedError } from '../../fetching/feed-error.js';
import { createSafeFetch, type FetchedBody, readCharset, type SafeFetch } from '../../fetching/safe-fetch.js';
import type { FeedDocument } from './feed-parser.js';
import { pauseUnlessStopped } from '../../imports/patience.js';
import type { RunSource } from '../../runs/run-sources.repository.js';

/** What is remembered of an answer, to ask next time whether anything has changed. */
export interface Remembered {
  readonly url: string;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  readonly bodyHash: Buffer;
}

export interface LoadedFeed {
  /** Undefined when the feed is what it was in the run that settled everything. */
  readonly document: FeedDocument | undefined;
  /** Undefined for a feed that came with its run, and where the server said that nothing has changed. */
  readonly remembered: Remembered | undefined;
  readonly codes: string[];
}

/** Waits before the second and the third try, in milliseconds. */
const waits = [500, 2_000];
const longestRetryAfter = 10;

/** Gets the feed of a run: what was sent with it, else what is at the source's address. */
@Injectable()
export class FeedLoader {
  private readonly fetcher: SafeFetch;

  constructor(
    private readonly database: Database,
    { addresses }: AllowedPrivate,
  ) {
    this.fetcher = createSafeFetch({ allowedPrivate: addresses });
  }

  /** @throws FeedError */
  async load(runId: string, source: RunSource, stop: AbortSignal): Promise<LoadedFeed> {
    const [sent] = await query<{ body: Buffer; contentType: string | null }>(
      this.database.db,
      'select body, content_type as "contentType" from feed_bodies where run_id = $1',
      [runId],
    );
    if (sent)
      return {
        document: {
          body: sent.body,
          charset: readCharset(sent.contentType ?? undefined),
          baseUrl: source.url ?? undefined,
        },
        remembered: undefined,
        codes: [],
      };
    if (source.url === null) throw new FeedError('feed.url_invalid', 'The source has no address');

    const answer = await this.fetch(source.url, source, stop);
    const codes = answer.permanentUrl === undefined ? [] : ['feed.moved'];
    const bodyHash = createHash('sha256').update(answer.body).digest();
    const isUnchanged =
      answer.status === 304 || (source.settled !== undefined && source.settled.bodyHash.equals(bodyHash));
    return {
      document: isUnchanged
        ? undefined
        : { body: answer.body, charset: answer.headers.charset, baseUrl: answer.finalUrl },
      remembered:
        answer.status === 304
          ? undefined
          : { url: answer.finalUrl, etag: answer.headers.etag, lastModified: answer.headers.lastModified, bodyHash },
      codes,
    };
  }

  private async fetch(url: string, { settled }: RunSource, stop: AbortSignal): Promise<FetchedBody> {
    // Servers lie about what has not changed: now and then the whole feed is asked for.
    const validators = settled?.isFresh
      ? { url: settled.url, etag: settled.etag, lastModified: settled.lastModified }
      : undefined;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.fetcher.fetchFeed(url, { signal: stop, ...(validators && { validators }) });
      } catch (error) {
        const wait = waitAfter(error, attempt);
        if (stop.aborted || wait === undefined) throw error;
        await pauseUnlessStopped(wait, stop);
      }
    }
  }
}

/**
 * How long to wait before trying again, where that may help: the server was busy or failed, or the connection broke.
 */
function waitAfter(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof FeedError)) return undefined;
  const { status = 0, retryAfter } = error.answer;
  if (status !== 429 && status < 500 && error.code !== 'feed.cut_short') return undefined;
  const asked = Number(retryAfter);
  const wait = waits[attempt];
  if (!(asked > 0) || wait === undefined) return wait;
  return asked <= longestRetryAfter ? asked * 1_000 : undefined;
}
