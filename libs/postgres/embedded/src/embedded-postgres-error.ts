/** PostgreSQL cannot be started or stopped. The message is one line that a person can act on. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

// Errors are known by their fields, not by `instanceof`: those of Node's own modules come from another realm under
// Jest.

/** A text field of anything thrown, or undefined. */
export function textField(error: unknown, name: 'code' | 'message' | 'stderr'): string | undefined {
  const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The text of anything thrown, on one line. */
export function describeError(error: unknown): string {
  return (textField(error, 'message') ?? String(error)).replace(/\s*\n\s*/g, ' ').trim();
}

/** The code of a failed system call (`ENOENT`), or undefined. */
export const systemCode = (error: unknown): string | undefined => textField(error, 'code');
