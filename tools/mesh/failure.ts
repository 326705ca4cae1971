/** A command cannot do what it was asked: one line for the person, exit code 1. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
}

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The code of a failed system call (`ENOENT`, `ECONNREFUSED`), also of the causes of an error. */
export function systemCode(error: unknown): string | undefined {
  for (let one = error; typeof one === 'object' && one !== null; one = Reflect.get(one, 'cause')) {
    const code: unknown = Reflect.get(one, 'code');
    if (typeof code === 'string') return code;
  }
  return undefined;
}
