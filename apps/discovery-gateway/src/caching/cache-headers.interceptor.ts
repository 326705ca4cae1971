import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ServiceAnswer, matchesTag } from '@mediamesh/http';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';

/**
 * Sets the cache headers of answers.
 *
 * - Pages are `no-cache`, so that withdrawn content disappears at once. A strong ETag, the hash of the body, gives 304.
 * - Files are immutable. A browser may keep one for a year, a shared cache for an hour (`s-maxage`, RFC 9111,
 *   5.2.2.10), because a file may be withdrawn.
 */
@Injectable()
export class CacheHeaders implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler<ServiceAnswer>): Observable<ServiceAnswer | Readable> {
    const http = context.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    return next
      .handle()
      .pipe(
        map((answer) =>
          answer.body instanceof Readable
            ? keepFile(answer, answer.body, request, reply)
            : keepPage(answer, answer.body, request),
        ),
      );
  }
}

function keepPage(
  { status, headers, body: _, base }: ServiceAnswer,
  body: Buffer,
  request: FastifyRequest,
): ServiceAnswer {
  const kept: Record<string, string> = { ...headers, 'cache-control': 'public, no-cache', vary: 'Accept-Language' };
  if (status === 301)
    return new ServiceAnswer(
      status,
      { ...kept, location: withQueryOf(request.url, headers['location'] ?? '') },
      body,
      base,
    );
  const etag = `"${hash('sha256', body, 'base64url').slice(0, 27)}"`;
  if (!matchesTag(request.headers['if-none-match'], etag))
    return new ServiceAnswer(status, { ...kept, etag }, body, base);
  const { 'content-type': _type, 'content-length': _length, ...told } = kept;
  return new ServiceAnswer(304, { ...told, etag }, Buffer.alloc(0), base);
}

/** The service gets only declared query parameters; the redirect restores all that the client sent. */
function withQueryOf(url: string, location: string): string {
  const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  return (location.split('?', 1)[0] ?? '') + query;
}

function keepFile(
  answer: ServiceAnswer,
  body: Readable,
  request: FastifyRequest,
  reply: FastifyReply,
): ServiceAnswer | Readable {
  const { status, headers, base } = answer;
  // The target is a link that soon expires, so the redirect must not be cached.
  if (status === 302) return answer;
  const kept = { ...headers, 'cache-control': 'public, max-age=31536000, s-maxage=3600, immutable' };
  if (request.method === 'HEAD') {
    // Sent through `reply`, so that Fastify drops the body itself and keeps the service's content-length.
    reply.status(status).headers(kept);
    return body;
  }
  if (status !== 304) return new ServiceAnswer(status, kept, body, base);
  // The empty body must be consumed for the connection to be reused.
  body.resume();
  return new ServiceAnswer(status, kept, Buffer.alloc(0), base);
}
