import { type AnyApp, ConfigError } from '@mediamesh/app';
import { Failure } from './failure.js';

/** All apps with everything they are made of; read only by the commands that need them, because it takes a moment. */
export async function readApps(): Promise<readonly AnyApp[]> {
  const { apps } = await import('../generate/apps.js');
  return apps;
}

/** Does something with the mesh's own libraries; what they cannot do becomes a line for the person. */
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
