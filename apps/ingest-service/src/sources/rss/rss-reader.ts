import { createHash } from 'node:crypto';
import { pauseUnlessStopped, untilAborted } from '@mediamesh/resilience';
import { FeedError } from '../../fetching/feed-error.js';
import { createSafeFetch, type FetchedBody, readCharset, type SafeFetch } from '../../fetching/safe-fetch.js';
import { type Reading, type ReadingRequest, SourceReader } from '../source-reader.js';
import { createFeedParser, type FeedDocument } from './feed-parser.js';
import { nameItem } from './item-names.js';

/** How long parsing may continue after a stop, in milliseconds. */
const grace = 3_000;
/** Milliseconds before each retry. */
const waits = [500, 2_000];
/** In seconds; a server that asks for a longer wait is not retried in this run. */
const longestRetryAfter = 10;

export class RssReader extends SourceReader {
  private readonly parser = createFeedParser();
  private readonly fetcher: SafeFetch;

  constructor(allowedPrivate: ReadonlySet<string>) {
    super();
    this.fetcher = createSafeFetch({ allowedPrivate });
  }

  async read({ url, sent, earlier }: ReadingRequest, stop: AbortSignal): Promise<Reading> {
    if (sent) {
      const document = { body: sent.body, charset: readCharset(sent.contentType), baseUrl: url ?? undefined };
      return { ...(await this.parse(document, url, stop)), remembered: undefined };
    }
    if (url === null) throw new FeedError('feed.url_invalid', 'The source has no address');

    const { status, body, headers, finalUrl, permanentUrl } = await this.fetch(url, earlier, stop);
    if (status === 304) return { content: undefined, remembered: undefined, movedTo: permanentUrl };
    const bodyHash = createHash('sha256').update(body).digest();
    const remembered = { url: finalUrl, etag: headers.etag, lastModified: headers.lastModified, bodyHash };
    if (earlier?.bodyHash.equals(bodyHash)) return { content: undefined, remembered, movedTo: permanentUrl };
    const { content, movedTo } = await this.parse({ body, charset: headers.charset, baseUrl: finalUrl }, url, stop);
    return { content, remembered, movedTo: permanentUrl ?? movedTo };
  }

  private async parse(
    document: FeedDocument,
    url: string | null,
    stop: AbortSignal,
  ): Promise<Pick<Reading, 'content' | 'movedTo'>> {
    const { items, isPartial, warnings, ...program } = await untilAborted(this.parser.parse(document), stop, { grace });
    return {
      content: { program, items: items.map(nameItem), isPartial, warnings },
      movedTo: program.newFeedUrl === url ? undefined : program.newFeedUrl,
    };
  }

  private async fetch(url: string, earlier: ReadingRequest['earlier'], stop: AbortSignal): Promise<FetchedBody> {
    // Some servers answer 304 although the feed has changed, so the whole feed is fetched from time to time.
    const validators = earlier?.isFresh ? earlier : undefined;
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

/** Milliseconds before a retry; undefined when a retry is pointless. Retried are 429, 5xx and broken connections. */
function waitAfter(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof FeedError)) return undefined;
  const { status = 0, retryAfter } = error.answer;
  if (status !== 429 && status < 500 && error.code !== 'feed.cut_short') return undefined;
  const asked = Number(retryAfter);
  const wait = waits[attempt];
  if (!(asked > 0) || wait === undefined) return wait;
  return asked <= longestRetryAfter ? asked * 1_000 : undefined;
}
