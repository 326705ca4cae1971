import { Refusal, refusalKinds } from '@mediamesh/contracts';
import { Logger, Metrics } from '@mediamesh/observability';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemOf, sendProblem } from './problem.js';
import { RouteTable } from './route-table.js';
import { translateError } from './translate-error.js';

/**
 * Sends every refusal as a problem and logs it at the level of its kind. GraphQL gets an error with the problem as
 * `extensions`. Event consumers have a filter of their own (`@Consumes`).
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    private readonly routes: RouteTable,
  ) {}

  catch(error: unknown, host: ArgumentsHost): Error | undefined {
    const type = host.getType<string>();
    if (type === 'graphql') return this.describe(error, host);
    if (type !== 'http') throw error;
    const http = host.switchToHttp();
    this.refuse(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
    return undefined;
  }

  /** Also called for errors before Nest sees the request. */
  refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const path = pathOf(request);
    const refusal = this.explainMissing(translateError(error), request.method, path);
    this.log(refusal, error, request.method, path);
    if (reply.sent) return;
    sendProblem(reply, refusal, path);
  }

  private describe(error: unknown, host: ArgumentsHost): Error {
    const { req } = host.getArgByIndex<{ readonly req?: FastifyRequest } | undefined>(2) ?? {};
    const path = pathOf(req);
    const refusal = translateError(error);
    this.log(refusal, error, req?.method ?? '', path);
    const problem = problemOf(refusal, path);
    return Object.assign(new Error(problem.detail), { extensions: problem });
  }

  /** 405 with `Allow` instead of 404 when the path exists for other methods. */
  private explainMissing(refusal: Refusal, method: string, path: string): Refusal {
    if (refusal.code !== 'request.not_found') return refusal;
    const allow = this.routes.methodsAt(path);
    return allow.length === 0 || allow.includes(method)
      ? refusal
      : new Refusal('methodNotAllowed', 'request.method_not_allowed', { allow });
  }

  private log(refusal: Refusal, error: unknown, method: string, path: string): void {
    this.metrics.count('mediamesh_refusals', { code: refusal.code, kind: refusal.kind });
    const fields = {
      code: refusal.code,
      status: refusal.status,
      method,
      path: withoutSecrets(path),
      pointers: refusal.errors.map((one) => `${one.pointer} ${one.code}`),
    };
    const level = refusalKinds[refusal.kind].level;
    this.logger[level](
      'request refused',
      level === 'error' || level === 'warn' ? { ...fields, error: refusal.options.cause ?? error } : fields,
    );
  }
}

/** A signed URL grants access, so path segments longer than an id or a name are not logged. */
const withoutSecrets = (path: string): string => path.replace(/[^/]{100,}/g, '…').slice(0, 500);

const pathOf = (request: FastifyRequest | undefined): string => request?.url.split('?', 1)[0] ?? '/';
