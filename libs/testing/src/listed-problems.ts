import type { OpenApiDocument } from '@mediamesh/http';

type Operation = OpenApiDocument['paths'][string][string];

interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly code: string }[];
}

/**
 * The check throws for a problem with a code, also in its `errors`, that the operation does not list under its status.
 */
export function createProblemCheck({ info, paths, components }: OpenApiDocument) {
  const operations = Object.entries(paths).map(
    ([path, methods]) => [new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`), methods] as const,
  );
  const follow = (response: unknown): unknown => {
    const ref = (response as { $ref?: string } | undefined)?.$ref?.split('/').at(-1);
    return ref === undefined ? response : components['responses']?.[ref];
  };
  const isListed = ({ responses }: Operation, status: number, code: string): boolean =>
    [responses[status], responses['default']].some((one) => JSON.stringify(follow(one) ?? '').includes(`\`${code}\``));

  return (method: string, path: string, status: number, body: unknown): void => {
    const [address = ''] = path.split('?', 1);
    const methods = operations.find(([pattern]) => pattern.test(address))?.[1];
    const operation = methods?.[method.toLowerCase()];
    if (!operation || !isProblem(body)) return;
    const codes = [body.code, ...(body.errors ?? []).map((error) => error.code)];
    const unlisted = codes.filter((code) => !isListed(operation, status, code));
    if (unlisted.length > 0)
      throw new Error(`${info.title}: ${operation.operationId} does not list ${unlisted.join(', ')} under ${status}`);
  };
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'traceId' in body;
