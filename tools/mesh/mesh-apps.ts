import { type AnyApp, ConfigError } from '@mediamesh/app';
import { Failure } from './failure.js';

/** All apps with their code; loaded only by the commands that need it, because it is slow. */
export async function readApps(): Promise<readonly AnyApp[]> {
  const { apps } = await import('../generate/apps.js');
  return apps;
}

/** Runs code of the mesh's libraries, and turns its errors into failures of one line. */
export async function failuresAsLines<T>(work: () => Promise<T>, what: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConfigError) throw new Failure(error.message, { cause: error });
    let reason = error;
    while (Error.isError(reason) && Error.isError(reason.cause)) reason = reason.cause;
    throw new Failure(`${what}: ${Error.isError(reason) ? reason.message.split('\n', 1)[0] : String(reason)}`, {
      cause: error,
    });
  }
}
