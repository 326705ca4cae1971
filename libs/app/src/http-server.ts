import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ImplementedEndpoint, malformed, notFound, Refusal } from '@mediamesh/contracts';
import { installBodyParser, type ProblemFilter, problemOf } from '@mediamesh/http';
import {
  continueTrace,
  createContext,
  isSaneRequestId,
  type Logger,
  type Metrics,
  type RequestContext,
  runInContext,
  traceparentOf,
} from '@mediamesh/observability';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { clientAddress } from './client-address.js';

export interface HttpServerOptions {
  /** Gateways have smaller bodies, their own deadline, and take the client address from the connection. */
  readonly isGateway: boolean;
  readonly uploads: boolean;
  readonly trustedProxies: number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly filter: ProblemFilter;
}

const maximumUrl = 8_000;
const megabyte = 1024 * 1024;
/** Deadline of a gateway request in milliseconds. */
const gatewayDeadline = 2_800;

/**
 * Idle timeout in milliseconds, longer than that of load balancers (a minute) and clients. The side that closes an idle
 * connection first may cut off a request, and only the client knows that it is sending none.
 */
const longestIdle = 65_000;

/** Milliseconds for a client to read the response to a broken request. */
const lingering = 2_000;

export function createAdapter({ uploads }: Pick<HttpServerOptions, 'uploads'>): FastifyAdapter {
  return new FastifyAdapter({
    requestTimeout: uploads ? 6 * 3_600_000 : 30_000,
    connectionTimeout: uploads ? 0 : 60_000,
    keepAliveTimeout: longestIdle,
    forceCloseConnections: 'idle',
    // Requests on open connections are still answered. Draining has asked their clients to reconnect.
    return503OnClosing: false,
    exposeHeadRoutes: true,
    http: { maxHeaderSize: 32 * 1024, headersTimeout: 10_000, requireHostHeader: false },
    routerOptions: {
      maxParamLength: 2_000,
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
    },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: (error: Error & { code?: string }, _request: unknown, reply: { raw: ServerResponse }) => {
      writeEarly(
        reply.raw,
        error.code === 'FST_ERR_BAD_URL' ? malformed('request.malformed') : notFound('request.not_found'),
      );
    },
  });
}

/** Adds context, limits, headers and metrics to every request, including those that never reach Nest. */
export function prepareFastify(fastify: FastifyInstance, options: HttpServerOptions): void {
  installBodyParser(fastify, { maximumBytes: options.isGateway ? megabyte : 16 * megabyte });

  // Node would answer these without a problem. An unknown expectation is ignored (RFC 9110 §10.1.1), a tunnel refused.
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  fastify.server.on('connect', (_request, socket) =>
    writeOnSocket(socket as Socket, new Refusal('methodNotAllowed', 'request.method_not_allowed')),
  );

  fastify.addHook('onRequest', (request, reply, done) => {
    const context = contextOf(request, options);
    reply.header('x-request-id', context.requestId).header('traceparent', traceparentOf(context.trace));
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    runInContext(context, () => {
      if (request.url.length > maximumUrl)
        options.filter.refuse(new Refusal('uriTooLong', 'request.uri_too_long'), request, reply);
      else if (!namesItsHost(request)) options.filter.refuse(malformed('request.malformed'), request, reply);
      else done();
    });
  });

  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'private, no-store');
    if (!reply.hasHeader('content-security-policy') && !request.url.startsWith('/docs'))
      reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    done(null, payload);
  });

  fastify.addHook('onResponse', (request, reply, done) => {
    const { implemented } = request.routeOptions.config as { implemented?: ImplementedEndpoint };
    const seconds = reply.elapsedTime / 1000;
    options.metrics.time('mediamesh_http_seconds', seconds, {
      endpoint: implemented?.name ?? 'other',
      status: String(reply.statusCode),
    });
    if (implemented) {
      const level = request.method === 'GET' || request.method === 'HEAD' || !options.isGateway ? 'debug' : 'info';
      options.logger[level]('request', {
        endpoint: implemented.name,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      });
    }
    done();
  });
}

function contextOf(request: FastifyRequest, { isGateway, trustedProxies }: HttpServerOptions): RequestContext {
  const header = (name: string): string | undefined =>
    typeof request.headers[name] === 'string' ? request.headers[name] : undefined;
  const requestId = header('x-request-id');
  const left = Number(header('x-deadline-ms'));
  const behind = !isGateway && Number.isFinite(left) && left > 0;
  return createContext({
    trace: continueTrace(header('traceparent')),
    acceptLanguage: header('accept-language'),
    deadline: Date.now() + (behind ? Math.min(left, 60_000) : gatewayDeadline),
    clientAddress: isGateway
      ? clientAddress(request.socket.remoteAddress, header('x-forwarded-for'), trustedProxies)
      : header('x-client-address')?.slice(0, 60),
    ...(requestId && isSaneRequestId(requestId) && { requestId }),
  });
}

/** HTTP/1.1 requires exactly one `Host` (RFC 9112 §3.2). Checked here because Node would answer without a problem. */
function namesItsHost({ raw }: FastifyRequest): boolean {
  const hosts = raw.headersDistinct.host?.length ?? 0;
  return hosts === 1 || (hosts === 0 && raw.httpVersion !== '1.1');
}

/** For requests that Node cannot parse. There is no reply object, so the response is written to the socket. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const refusal =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? new Refusal('headersTooLarge', 'request.headers_too_large')
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? new Refusal('timeout', 'request.timeout')
        : malformed('request.malformed');
  writeOnSocket(socket, refusal);
}

/** Destroys the socket after a timeout: the client may keep it open, and Node no longer manages it. */
function writeOnSocket(socket: Socket, refusal: Refusal): void {
  socket.on('error', () => socket.destroy());
  setTimeout(() => socket.destroy(), lingering).unref();
  const { body, headers } = writeProblem(refusal);
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status]}\r\n${lines.join('')}\r\n${body}`);
}

function writeEarly(response: ServerResponse, refusal: Refusal): void {
  const { body, headers } = writeProblem(refusal);
  response.writeHead(refusal.status, headers).end(body);
}

function writeProblem(refusal: Refusal): { body: string; headers: Record<string, string | number> } {
  const context = createContext();
  const body = JSON.stringify(runInContext(context, () => problemOf(refusal, '')));
  const headers = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': context.requestId,
    traceparent: traceparentOf(context.trace),
    ...(refusal.kind === 'methodNotAllowed' && { allow: '' }),
  };
  return { body, headers };
}
