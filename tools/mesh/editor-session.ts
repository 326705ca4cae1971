import { setTimeout as pause } from 'node:timers/promises';
import { type Api, cmsAuthApi } from '@mediamesh/contracts';
import { type ApiClient, createApiClient, Refused, Unreachable } from './api-client.js';
import type { RunningMesh } from './mesh-folder.js';

/** The number of attempts, and the longest wait between two in milliseconds. */
const attempts = 5;
const longestWaitMs = 60_000;

/** A session of an editor; the token is renewed when it expires. */
export interface EditorSession {
  readonly clientOf: <A extends Api>(api: A) => ApiClient<A>;
  /** Retries a call: with a new token, when throttled, and, if it changes nothing, during an outage. */
  readonly patiently: <T>(call: () => Promise<T>, options?: { readonly changes?: boolean }) => Promise<T>;
}

/** Logs in with the mesh's editor account. */
export async function logIn(mesh: RunningMesh, note: (text: string) => void): Promise<EditorSession> {
  const auth = createApiClient(cmsAuthApi, { url: mesh.cms });
  const login = async (): Promise<string> => (await auth.login({ body: mesh.editor })).accessToken;
  let token = '';
  const session: EditorSession = {
    clientOf: (api) =>
      createApiClient(api, { url: mesh.cms, headers: () => Promise.resolve({ authorization: `Bearer ${token}` }) }),
    patiently: async (call, { changes = false } = {}) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await call();
        } catch (error) {
          if (attempt >= attempts) throw error;
          if (error instanceof Refused && error.status === 401 && token !== '') token = await login();
          else await waitFor(error, changes, attempt, note);
        }
      }
    },
  };
  token = await session.patiently(login, { changes: true });
  return session;
}

/** Waits until a retry is allowed, or throws `error`. */
async function waitFor(error: unknown, changes: boolean, attempt: number, note: (text: string) => void): Promise<void> {
  const ms = waitMs(error, changes, attempt);
  if (ms === undefined || ms > longestWaitMs) throw error;
  if (ms > 5_000) note(`The mesh asks to wait; going on in ${Math.ceil(ms / 1000)} s.\n`);
  await pause(ms);
}

/** The wait before a retry in milliseconds; `undefined` when the call must not be repeated. */
export function waitMs(error: unknown, changes: boolean, attempt: number): number | undefined {
  const backOff = Math.min(500 * 2 ** (attempt - 1), 5_000);
  if (error instanceof Refused && error.status === 429) return (error.retryAfter ?? 1) * 1000;
  if (changes) return undefined;
  if (error instanceof Refused && error.status === 503) return Math.max(backOff, (error.retryAfter ?? 0) * 1000);
  return error instanceof Unreachable ? backOff : undefined;
}
