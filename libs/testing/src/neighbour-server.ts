import { type Api, type Endpoint, type Input, invalid, Refusal, successStatus } from '@mediamesh/contracts';
import { fieldErrors, problemOf } from '@mediamesh/http';
import Fastify, { type FastifyInstance } from 'fastify';
import type { Answers } from './neighbour.js';

/** Serves stubbed answers and records the calls. Resolves to a function that stops the server. */
export async function serveNeighbour<A extends Api>(
  api: A,
  answers: Answers<A>,
  calls: { endpoint: string; input: Input<Endpoint> }[],
  port: number,
): Promise<() => Promise<void>> {
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
  await server.listen({ port, host: '127.0.0.1' });
  return () => server.close();
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
