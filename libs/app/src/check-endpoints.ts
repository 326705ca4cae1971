import { endpointKey, type ImplementedEndpoint } from '@mediamesh/contracts';
import type { AnyApp } from './define-app.js';

/** Metadata key of Nest's own route decorators. */
const routeKey = 'path';

/** Endpoints that the controllers implement. Throws when one has no roles or is not implemented exactly once. */
export function checkEndpoints(
  app: AnyApp,
  shared: readonly AnyApp['controllers'][number][] = [],
): ImplementedEndpoint[] {
  const handlers = [...app.controllers, ...shared].flatMap((controller) => methodsOf(controller.prototype as object));
  const implemented = handlers.flatMap((handler) => {
    const one = Reflect.getMetadata(endpointKey, handler) as ImplementedEndpoint | undefined;
    if (!one && Reflect.hasMetadata(routeKey, handler))
      throw new Error(`${app.name}: ${handler.name} is a route of no declared endpoint`);
    return one ? [one] : [];
  });
  const mistakes = app.apis.flatMap((api) =>
    Object.entries(api.endpoints).flatMap(([name, endpoint]) => {
      const times = implemented.filter((one) => one.api === api && one.name === name).length;
      return [
        ...(endpoint.roles.length === 0 ? [`${name} does not say who may call it`] : []),
        ...(times === 1 ? [] : [`${name} is implemented ${times} times, not once`]),
      ];
    }),
  );
  if (mistakes.length > 0) throw new Error(`${app.name} cannot start: ${mistakes.join('; ')}`);
  return implemented;
}

const methodsOf = (prototype: object): ((...input: unknown[]) => unknown)[] =>
  Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const value = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
    return name !== 'constructor' && typeof value === 'function' ? [value as (...input: unknown[]) => unknown] : [];
  });
