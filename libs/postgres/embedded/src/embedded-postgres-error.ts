/** PostgreSQL cannot be started or stopped. The message is one line with the cause and, if there is one, the remedy. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

// Errors are recognised by their fields. `instanceof` fails under Jest, where Node's modules are in another realm.

export function textField(error: unknown, name: 'code' | 'message' | 'stderr'): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The message of anything thrown, on one line. */
export function describeError(error: unknown): string {
  return (textField(error, 'message') ?? String(error)).replace(/\s*\n\s*/g, ' ').trim();
}

/** The code of a failed system call, such as `ENOENT`. */
export const systemCode = (error: unknown): string | undefined => textField(error, 'code');
