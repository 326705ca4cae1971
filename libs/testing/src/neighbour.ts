import type { Answer, Api, AppName, Endpoint, Input } from '@mediamesh/contracts';

/** Answers of a stubbed app; only those that the test needs. */
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
 * A stub from a contract. It parses requests and answers with the contract's schemas. A call of an endpoint without an
 * answer fails.
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
