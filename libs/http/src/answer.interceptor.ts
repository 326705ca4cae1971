import { Readable } from 'node:stream';
import { fillPath, type ImplementedEndpoint, successStatus } from '@mediamesh/contracts';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { ServiceAnswer } from './service-answer.js';
import { implementedBy } from './implements.js';
import { etagOf, matchesTag } from './input.js';
import { Redirect } from './redirect.js';

@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const implemented = implementedBy(context);
    if (context.getType() !== 'http' || !implemented) return next.handle();
    const http = context.switchToHttp();
    return next.handle().pipe(map((answer) => writeAnswer(implemented, answer, http.getRequest(), http.getResponse())));
  }
}

function writeAnswer(
  { api, endpoint }: ImplementedEndpoint,
  answer: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): unknown {
  if (answer instanceof ServiceAnswer) return pass(answer, api.base, reply);
  if (answer instanceof Redirect) {
    const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '';
    reply.status(answer.status).header('location', api.base + answer.path + query);
    return undefined;
  }
  if (answer === undefined || answer === null) {
    if (!endpoint.returns) reply.status(successStatus(endpoint));
    return undefined;
  }
  const resource = answer as Record<string, unknown>;
  if (endpoint.location) reply.header('location', api.base + fillPath(endpoint.location, resource));
  if (endpoint.etag) {
    const tag = etagOf(Number(resource['version']));
    reply.header('etag', tag);
    if ((request.method === 'GET' || request.method === 'HEAD') && matchesTag(request.headers['if-none-match'], tag)) {
      reply.status(304);
      return undefined;
    }
  }
  return answer;
}

function pass(answer: ServiceAnswer, base: string, reply: FastifyReply): Buffer | Readable | undefined {
  reply.status(answer.status);
  for (const [name, value] of Object.entries(answer.headers)) {
    const rebased =
      name === 'location' && value.startsWith(answer.base) ? base + value.slice(answer.base.length) : value;
    reply.header(name, rebased);
  }
  if (answer.status !== 204 && answer.status !== 304) return answer.body;
  if (answer.body instanceof Readable) answer.body.resume();
  return undefined;
}
