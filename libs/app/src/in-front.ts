import type { ImplementedEndpoint } from '@mediamesh/contracts';
import { anonymous } from '@mediamesh/contracts';
import type { ServiceAnswer, ProblemFilter } from '@mediamesh/http';
import type { Limits } from '@mediamesh/limits';
import { currentContext, type Logger } from '@mediamesh/observability';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/**
 * Answers requests in front of Nest, such as from a cache. Called only where all callers get the same answer: `GET` and
 * `HEAD` of public endpoints without a token. Answers count against the endpoint's limit.
 */
export interface InFront {
  /** Undefined to let Nest answer. An error is logged, and Nest answers. */
  find(request: FastifyRequest): Promise<ServiceAnswer | undefined>;
}

export interface InFrontOptions {
  readonly inFront: InFront;
  /** Undefined for an app without limits. */
  readonly limits: Limits | undefined;
  readonly filter: ProblemFilter;
  readonly logger: Logger;
}

export function answerInFront(fastify: FastifyInstance, { inFront, limits, filter, logger }: InFrontOptions): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const { endpoint } = (request.routeOptions.config as { implemented?: ImplementedEndpoint }).implemented ?? {};
    if (endpoint?.method !== 'GET' || !endpoint.roles.includes('PUBLIC') || request.headers.authorization) return;
    const answer = await inFront.find(request).catch((error: unknown) => {
      logger.warn('what answers in front of Nest failed', { error });
      return undefined;
    });
    if (!answer) return;
    const verdict = endpoint.limit && (await limits?.count(endpoint.limit, limitedBy()));
    reply.headers(verdict?.headers ?? {});
    if (verdict?.refusal) filter.refuse(verdict.refusal, request, reply);
    else reply.status(answer.status).headers(answer.headers).send(answer.body);
  });
}

const limitedBy = () => ({ caller: anonymous, address: currentContext()?.clientAddress, body: undefined });
