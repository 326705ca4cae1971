import { untilAborted } from '@mediamesh/resilience';
import { Agent, request, type Dispatcher } from 'undici';
import { parseSourceUrl, requireWebUrl } from './address-guard.js';
import { FeedError } from './feed-error.js';
import { createGuardedConnector, lookupAllAddresses, type Lookup } from './guarded-connector.js';
import { ACCEPTED_ENCODINGS, readBody } from './response-body.js';

export interface SafeFetchLimits {
  /** Limit of the body, on the wire and after decompression. */
  maxBytes: number;
  /** For the whole fetch: lookups, redirects and body. */
  timeoutMs: number;
  maxRedirects: number;
}

export const DEFAULT_FETCH_LIMITS: SafeFetchLimits = { maxBytes: 10 * 1024 * 1024, timeoutMs: 30_000, maxRedirects: 5 };

export interface SafeFetchOptions extends Partial<SafeFetchLimits> {
  /** Private addresses that may be fetched, as `host:port`, spelt as in a URL. */
  allowedPrivate: ReadonlySet<string>;
  lookup?: Lookup;
}

/** Cache validators of an earlier answer. They are sent only to the `url` that returned them. */
export interface Validators {
  url: string;
  etag?: string | undefined;
  lastModified?: string | undefined;
}

export interface FetchOptions extends Partial<SafeFetchLimits> {
  accept?: string;
  validators?: Validators;
  signal?: AbortSignal;
}

export interface FetchedBody {
  /** 304 only when validators were sent; the body is then empty. */
  status: 200 | 304;
  /** The URL after all redirects. */
  finalUrl: string;
  /** Where the source has moved permanently: the target of the leading 301 and 308 redirects. */
  permanentUrl: string | undefined;
  headers: {
    contentType?: string;
    charset?: string;
    etag?: string;
    lastModified?: string;
    retryAfter?: string;
  };
  body: Buffer;
}

export interface SafeFetch {
  /** @throws FeedError */
  fetchFeed(url: string, options?: FetchOptions): Promise<FetchedBody>;
  /** Fetches anything else that a feed names, such as an image. @throws FeedError */
  fetchBytes(url: string, options?: FetchOptions): Promise<FetchedBody>;
}

const USER_AGENT = 'MediaMesh/0.1 (feed import)';
const FEED_TYPES =
  'application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1';
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The only access to external servers: public addresses only, checked at every hop, with limits of bytes, time and
 * redirects. Fetches share no state.
 */
export function createSafeFetch({
  allowedPrivate,
  lookup = lookupAllAddresses,
  ...defaults
}: SafeFetchOptions): SafeFetch {
  const fetchBytes = async (url: string, options: FetchOptions = {}): Promise<FetchedBody> => {
    const limits = { ...DEFAULT_FETCH_LIMITS, ...defaults, ...pickLimits(options) };
    const start = parseSourceUrl(url);
    const timeout = AbortSignal.timeout(limits.timeoutMs);
    const signal = options.signal === undefined ? timeout : AbortSignal.any([timeout, options.signal]);
    const agent = new Agent({
      connect: createGuardedConnector({
        isAllowed: (host) => allowedPrivate.has(host),
        lookup,
        timeoutMs: Math.min(limits.timeoutMs, CONNECT_TIMEOUT_MS),
      }),
      pipelining: 1,
    });
    try {
      // A DNS lookup cannot be cancelled, only abandoned.
      return await untilAborted(followRedirects(agent, start, limits, { ...options, signal }), signal);
    } catch (error) {
      throw explain(error, timeout, options.signal);
    } finally {
      // Also closes the sockets of answers that were not read to their end.
      await agent.destroy();
    }
  };
  return { fetchBytes, fetchFeed: (url, options) => fetchBytes(url, { accept: FEED_TYPES, ...options }) };
}

async function followRedirects(
  agent: Agent,
  start: URL,
  limits: SafeFetchLimits,
  options: FetchOptions,
): Promise<FetchedBody> {
  const visited = new Set<string>();
  let url = start;
  let permanentUrl: string | undefined;
  let onlyPermanentSoFar = true;

  while (visited.size <= limits.maxRedirects) {
    visited.add(url.href);
    const validators = options.validators?.url === url.href ? options.validators : undefined;
    const response = await request(url, {
      dispatcher: agent,
      headers: {
        accept: options.accept ?? '*/*',
        'accept-encoding': ACCEPTED_ENCODINGS,
        'user-agent': USER_AGENT,
        'if-none-match': validators?.etag,
        'if-modified-since': validators?.lastModified,
      },
      signal: options.signal,
      headersTimeout: limits.timeoutMs,
      bodyTimeout: limits.timeoutMs,
    });
    const target = redirectTarget(response, url);
    if (target === undefined) {
      return {
        ...(await readAnswer(response, limits.maxBytes, validators !== undefined)),
        finalUrl: url.href,
        permanentUrl,
      };
    }
    response.body.on('error', () => undefined).destroy(); // Neither the body of a redirect nor its error matters.
    onlyPermanentSoFar &&= response.statusCode === 301 || response.statusCode === 308;
    if (onlyPermanentSoFar) permanentUrl = target.href;
    if (visited.has(target.href)) break;
    url = target;
  }
  throw new FeedError('feed.too_many_redirects', 'The address redirects too often');
}

function redirectTarget(response: Dispatcher.ResponseData, from: URL): URL | undefined {
  const location = readHeader(response, 'location');
  if (![301, 302, 303, 307, 308].includes(response.statusCode) || location === undefined) return undefined;
  if (!URL.canParse(location, from.href))
    throw new FeedError('feed.url_invalid', 'The address redirects to something that is no web address');
  const target = requireWebUrl(new URL(location, from));
  target.hash = '';
  return target;
}

async function readAnswer(
  response: Dispatcher.ResponseData,
  maxBytes: number,
  isConditional: boolean,
): Promise<Omit<FetchedBody, 'finalUrl' | 'permanentUrl'>> {
  const contentType = readHeader(response, 'content-type');
  const headers: FetchedBody['headers'] = {
    contentType,
    charset: readCharset(contentType),
    etag: readHeader(response, 'etag'),
    lastModified: readHeader(response, 'last-modified'),
    retryAfter: readHeader(response, 'retry-after'),
  };
  if (response.statusCode === 304 && isConditional) return { status: 304, headers, body: Buffer.alloc(0) };
  if (response.statusCode !== 200) {
    response.body.on('error', () => undefined).destroy();
    throw new FeedError('feed.http_status', `The server answered with status ${response.statusCode}`, {
      answer: { status: response.statusCode, retryAfter: headers.retryAfter },
    });
  }
  const body = await readBody(response.body, readHeader(response, 'content-encoding'), maxBytes);
  return { status: 200, headers, body };
}

function readHeader(response: Dispatcher.ResponseData, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

export function readCharset(contentType: string | undefined): string | undefined {
  for (const parameter of (contentType ?? '').split(';')) {
    const [name, value] = parameter.split('=', 2);
    if (name?.trim().toLowerCase() === 'charset' && value !== undefined) {
      return value.trim().replaceAll(/["']/g, '') || undefined;
    }
  }
  return undefined;
}

function pickLimits({ maxBytes, timeoutMs, maxRedirects }: FetchOptions): Partial<SafeFetchLimits> {
  const given = { maxBytes, timeoutMs, maxRedirects };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** One sentence for every kind of failure to connect. The network's own error is the cause, for the log only. */
function explain(error: unknown, timeout: AbortSignal, signal: AbortSignal | undefined): FeedError {
  if (signal?.aborted) return new FeedError('feed.aborted', 'The fetch was stopped', { cause: error });
  if (timeout.aborted) return new FeedError('feed.timeout', 'The server took too long to answer', { cause: error });
  if (error instanceof FeedError) return error;
  return new FeedError('feed.unreachable', 'The server could not be reached', { cause: error });
}
