import type { Answer, Api, AppName, Endpoint, Input } from '@mediamesh/contracts';

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
  let close = (): Promise<void> => Promise.resolve();
  return {
    app: api.app,
    calls,
    listen: async (port) => {
      const { serveNeighbour } = await import('./neighbour-server.js');
      close = await serveNeighbour(api, answers, calls, port);
    },
    close: () => close(),
  };
}
