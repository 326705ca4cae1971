/** The command failed: one line and exit code 1. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
}

/** The command line is invalid: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The code of a failed system call (`ENOENT`, `ECONNREFUSED`) in an error or its causes. */
export function systemCode(error: unknown): string | undefined {
  for (let one = error; typeof one === 'object' && one !== null; one = Reflect.get(one, 'cause')) {
    const code: unknown = Reflect.get(one, 'code');
    if (typeof code === 'string') return code;
  }
  return undefined;
}
