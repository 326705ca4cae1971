import {
  type Api,
  type AppName,
  type Answer,
  type Endpoint,
  type Input,
  invalid,
  Refusal,
  successStatus,
} from '@mediamesh/contracts';
import { fieldErrors, problemOf } from '@mediamesh/http';
import Fastify, { type FastifyInstance } from 'fastify';

/** What a stubbed neighbour answers; only what the test needs. */
export type Answers<A extends Api> = {
  readonly [K in keyof A['endpoints']]?: (
    input: Input<A['endpoints'][K]>,
  ) => Answer<A['endpoints'][K]> | Promise<Answer<A['endpoints'][K]>>;
};

export interface Neighbour {
  readonly app: AppName;
  readonly calls: readonly { readonly endpoint: string; readonly input: Input<Endpoint> }[];
  listen(port: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * A neighbour made from its contract: it parses what it is sent by the endpoint's own schemas and refuses to answer
 * what the contract does not allow. An endpoint without an answer fails the call loudly.
 */
export function stubNeighbour<A extends Api>(api: A, answers: Answers<A>): Neighbour {
  const calls: { endpoint: string; input: Input<Endpoint> }[] = [];
  const server = Fastify();
  for (const [name, endpoint] of Object.entries(api.endpoints))
    addRoute(
      server,
      api,
      name,
      endpoint,
      (answers as Record<string, ((input: never) => unknown) | undefined>)[name],
      calls,
    );
  return {
    app: api.app,
    calls,
    listen: async (port) => void (await server.listen({ port, host: '127.0.0.1' })),
    close: () => server.close(),
  };
}

function addRoute(
  server: FastifyInstance,
  api: Api,
  name: string,
  endpoint: Endpoint,
  answer: ((input: never) => unknown) | undefined,
  calls: { endpoint: string; input: Input<Endpoint> }[],
): void {
  server.route({
    method: endpoint.method,
    url: api.base + endpoint.path,
    handler: async (request, reply) => {
      try {
        if (!answer) throw new Error(`the test did not expect a call of ${api.app} ${name}`);
        const input = {
          params: parse(endpoint.params, request.params),
          query: parse(endpoint.query, request.query),
          body: parse(endpoint.body, request.body),
          ifMatch: undefined,
        } as unknown as Input<Endpoint>;
        calls.push({ endpoint: name, input });
        const result = await answer(input as never);
        return await reply
          .status(successStatus(endpoint))
          .send(endpoint.returns ? endpoint.returns.parse(result) : undefined);
      } catch (error) {
        const refusal =
          error instanceof Refusal ? error : new Refusal('internal', 'request.internal', { cause: error });
        if (!(error instanceof Refusal)) process.stderr.write(`neighbour ${api.app}.${name}: ${String(error)}\n`);
        return reply
          .status(refusal.status)
          .header('content-type', 'application/problem+json')
          .send(JSON.stringify(problemOf(refusal, request.url)));
      }
    },
  });
}

function parse(schema: Endpoint['body'], value: unknown): unknown {
  if (!schema) return undefined;
  const result = schema.safeParse(value, { reportInput: true });
  if (!result.success) throw invalid(...fieldErrors(result.error.issues));
  return result.data;
}
