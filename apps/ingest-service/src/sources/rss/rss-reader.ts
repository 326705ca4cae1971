import { createHash } from 'node:crypto';
import { pauseUnlessStopped, untilAborted } from '@mediamesh/resilience';
import { FeedError } from '../../fetching/feed-error.js';
import { createSafeFetch, type FetchedBody, readCharset, type SafeFetch } from '../../fetching/safe-fetch.js';
import { type Reading, type ReadingRequest, SourceReader } from '../source-reader.js';
import { createFeedParser, type FeedDocument } from './feed-parser.js';
import { nameItem } from './item-names.js';

/** How long a document may still be read after a stop, in milliseconds. */
const grace = 3_000;
/** Waits before the second and the third try, in milliseconds. */
const waits = [500, 2_000];
/** The longest wait a server may ask for, in seconds; whoever asks for more is not tried again in this run. */
const longestRetryAfter = 10;

/** Reads RSS, RDF and Atom: one document at one address, or the document that was sent. */
export class RssReader extends SourceReader {
  private readonly parser = createFeedParser();
  private readonly fetcher: SafeFetch;

  /** @param allowedPrivate private addresses that may be fetched all the same, as `host:port`. */
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
    // Servers lie about what has not changed: now and then the whole feed is asked for.
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

/**
 * How long to wait before trying again, in milliseconds, where that may help: the server was busy or failed, or the
 * connection broke.
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
