import type { Api, ImplementedEndpoint } from '@mediamesh/contracts';

/** Routes of an app, to tell a wrong method (405) from an unknown path (404). */
export class RouteTable {
  private readonly routes: readonly { readonly pattern: RegExp; readonly method: string }[];

  constructor(implemented: readonly Pick<ImplementedEndpoint, 'api' | 'endpoint'>[]) {
    this.routes = implemented.map(({ api, endpoint }) => ({
      pattern: patternOf(api, endpoint.path),
      method: endpoint.method,
    }));
  }

  /** Methods of a path, with HEAD for GET. Empty for an unknown path. */
  methodsAt(path: string): string[] {
    const methods = this.routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    return [...new Set(methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))];
  }
}

const patternOf = (api: Api, path: string): RegExp =>
  new RegExp(`^${(api.base + path).replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+')}$`);
