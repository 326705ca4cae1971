import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ServiceAnswer, matchesTag } from '@mediamesh/http';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';

/**
 * Says how an answer may be kept. A page may be kept by anyone but is asked about before each use, so that what is
 * withdrawn is gone at once: its strong tag is made of its bytes, and a page that has not changed is 304. A file's
 * address never changes its bytes: a person may keep it for a year, and a cache that serves others for an hour (RFC
 * 9111, 5.2.2.10), because it may be withdrawn.
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

/** The service saw only the parameters it knows; who follows the address gets back all that were sent. */
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
  // where the bytes are right now: a link that soon expires
  if (status === 302) return answer;
  const kept = { ...headers, 'cache-control': 'public, max-age=31536000, s-maxage=3600, immutable' };
  if (request.method === 'HEAD') {
    // Fastify reads and drops the body itself, and only then leaves the length as the service told it
    reply.status(status).headers(kept);
    return body;
  }
  if (status !== 304) return new ServiceAnswer(status, kept, body, base);
  // read to its end, though empty, so that the connection is free again
  body.resume();
  return new ServiceAnswer(status, kept, Buffer.alloc(0), base);
}
