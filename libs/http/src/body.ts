import { type ImplementedEndpoint, malformed, Refusal, tooLarge, unsupportedMediaType } from '@mediamesh/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** Default body timeout in milliseconds. */
const longestWait = 20_000;
const deepest = 64;

interface Bounds {
  readonly maximumBytes: number;
  readonly longestWait?: number;
}

/**
 * Accepts JSON (and merge patches on PATCH) of at most `maximumBytes`, which must arrive within `longestWait`
 * milliseconds. An endpoint of bytes gets the stream. A route without a contract takes JSON. Other bodies are refused
 * with 415, including compressed ones, because a compression bomb is cheap to send.
 */
export function installBodyParser(fastify: FastifyInstance, bounds: Bounds): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    '*',
    (request: FastifyRequest, payload: IncomingMessage, done: (error: Error | null, body?: unknown) => void) => {
      const implemented = (request.routeOptions.config as { implemented?: ImplementedEndpoint }).implemented;
      if (takesBytes(implemented)) return done(null, payload);
      if (!implemented && request.is404) return ignore(payload, done);
      if (implemented && !implemented.endpoint.body) return drain(request, payload, bounds, done);
      readJson(request, payload, bounds).then((body) => done(null, body), done);
    },
  );
}

const takesBytes = (implemented: ImplementedEndpoint | undefined): boolean =>
  implemented?.endpoint.bytes === 'in' || implemented?.endpoint.bytes === 'both';

function ignore(payload: IncomingMessage, done: (error: null, body?: unknown) => void): void {
  payload.resume();
  done(null, undefined);
}

/** Accepts an empty body for an endpoint without one, and refuses any other. */
function drain(
  request: FastifyRequest,
  payload: IncomingMessage,
  bounds: Bounds,
  done: (error: Error | null, body?: unknown) => void,
): void {
  readText(request, payload, { ...bounds, maximumBytes: 64 * 1024 }).then((text) => {
    if (text.trim() === '' || text.trim() === '{}') return done(null, undefined);
    return done(unsupportedMediaType('request.unsupported_media_type'));
  }, done);
}

async function readJson(request: FastifyRequest, payload: IncomingMessage, bounds: Bounds): Promise<unknown> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  const accepted =
    type === 'application/json' || (request.method === 'PATCH' && type === 'application/merge-patch+json');
  if (!accepted) throw unsupportedMediaType('request.unsupported_media_type');
  const text = await readText(request, payload, bounds);
  return text === '' ? undefined : parseJson(text);
}

async function readText(
  request: FastifyRequest,
  payload: IncomingMessage,
  { maximumBytes, longestWait: patience = longestWait }: Bounds,
): Promise<string> {
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
    throw unsupportedMediaType('request.unsupported_media_type');
  if (Number(request.headers['content-length'] ?? 0) > maximumBytes) throw tooLarge('request.too_large');
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Refusal('timeout', 'request.timeout')), patience);
  try {
    const bytes = await Promise.race([readBytes(payload, maximumBytes), late.promise]);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    // Any other error means that the body broke off or is not UTF-8.
    throw cause instanceof Refusal ? cause : malformed('request.malformed', { cause });
  } finally {
    clearTimeout(timer);
  }
}

async function readBytes(payload: IncomingMessage, maximumBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Keeps the connection open, so that a client that sends too much still receives the response.
  for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBytes) throw tooLarge('request.too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed('request.malformed', { cause });
  }
  refuseTricks(value);
  return value;
}

/** Refuses deep nesting and `__proto__` keys (prototype pollution). */
function refuseTricks(value: unknown): void {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) throw malformed('request.malformed');
    level = level.flatMap((one) => {
      if (typeof one !== 'object' || one === null) return [];
      if (Object.hasOwn(one, '__proto__')) throw malformed('request.malformed');
      return Object.values(one).filter((inner) => typeof inner === 'object' && inner !== null);
    });
  }
}
