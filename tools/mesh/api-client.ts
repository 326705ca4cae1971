import {
  type Answer,
  type Api,
  type Call,
  type Endpoint,
  isErrorCode,
  messageOf,
  pathOf,
  readProblem,
} from '@mediamesh/contracts';
import { Failure, systemCode } from './failure.js';

/** A file to send instead of a JSON body. */
export interface SentFile {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** One method for each endpoint, with the types of the contract. */
export type ApiClient<A extends Api> = {
  readonly [K in keyof A['endpoints']]: (
    call: Call<A['endpoints'][K]>,
    file?: SentFile,
  ) => Promise<Answer<A['endpoints'][K]>>;
};

export interface ApiClientOptions {
  /** Base URLs without a trailing slash. Of several instances the first that accepts a connection answers. */
  readonly url: string | readonly string[];
  /** Headers that authenticate the caller. */
  readonly headers?: () => Promise<Record<string, string>>;
}

/** Timeout of a call in milliseconds, without and with a file. */
const deadlineMs = 30_000;
const fileDeadlineMs = 120_000;

/** The app answered with one of its error codes. */
export class Refused extends Failure {
  override readonly name = 'Refused';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds. */
    readonly retryAfter: number | undefined,
  ) {
    super(message);
  }
}

/** The app cannot be reached, or did not answer in time. */
export class Unreachable extends Failure {
  override readonly name = 'Unreachable';
}

/** Whether a retry may succeed: the app is unreachable, restarting or throttling. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof Refused && (error.status === 503 || error.status === 429));

/** A client of one app for use outside of the mesh. Errors of the app are {@link Refused}. No retries. */
export function createApiClient<A extends Api>(api: A, options: ApiClientOptions): ApiClient<A> {
  const methods = Object.entries(api.endpoints).map(
    ([name, endpoint]) =>
      [
        name,
        (call: Call<Endpoint>, file?: SentFile) =>
          sendToFirst([options.url].flat(), (url) => send(api, endpoint, call, file, { ...options, url })),
      ] as const,
  );
  return Object.fromEntries(methods) as unknown as ApiClient<A>;
}

/** A refused connection has had no effect, so the next instance gets the same call. */
async function sendToFirst(urls: readonly string[], sendTo: (url: string) => Promise<unknown>): Promise<unknown> {
  const [url = '', ...others] = urls;
  try {
    return await sendTo(url);
  } catch (error) {
    if (others.length === 0 || !(error instanceof Unreachable) || systemCode(error) !== 'ECONNREFUSED') throw error;
    return sendToFirst(others, sendTo);
  }
}

async function send(
  api: Api,
  endpoint: Endpoint,
  call: Call<Endpoint>,
  file: SentFile | undefined,
  { url, headers }: ApiClientOptions & { readonly url: string },
): Promise<unknown> {
  const type = file?.type ?? (call.body === undefined ? undefined : 'application/json');
  const proof = (await headers?.()) ?? {};
  let response: Response;
  let text: string;
  try {
    response = await fetch(url + api.base + pathOf(endpoint, call), {
      method: endpoint.method,
      headers: {
        accept: 'application/json',
        'accept-language': 'en',
        'user-agent': 'mediamesh/mesh',
        ...(type && { 'content-type': type }),
        ...proof,
      },
      body: file?.content ?? (call.body === undefined ? null : JSON.stringify(call.body)),
      redirect: 'manual', // credentials go to this URL only
      signal: AbortSignal.timeout(file ? fileDeadlineMs : deadlineMs),
    });
    text = await response.text();
  } catch (error) {
    const why =
      error instanceof Error && error.name === 'TimeoutError'
        ? 'it took too long'
        : (systemCode(error) ?? 'the connection broke');
    throw new Unreachable(`${api.app} does not answer at ${url} (${why}).`, { cause: error });
  }
  if (!response.ok) throw refusalOf(api, url, response, text);
  if (!endpoint.returns) return undefined;
  const parsed = endpoint.returns.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new Failure(`What answers at ${url} is not ${api.app} of this version.`, { cause: parsed.error });
  return parsed.data;
}

function refusalOf(api: Api, url: string, response: Response, text: string): Failure {
  const problem = readProblem(text);
  if (!problem)
    return new Failure(`${api.app} at ${url} answered ${response.status}, which is not one of its answers.`);
  const { code, detail = sentenceOf(code), errors } = problem;
  const fields = errors.map((error) => `${error.pointer || '/'}: ${error.message ?? sentenceOf(error.code)}`);
  const seconds = Number(response.headers.get('retry-after'));
  return new Refused(
    response.status,
    code,
    [`${detail} (${code})`, ...fields].join('; '),
    seconds > 0 ? seconds : undefined,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema rejects it, and the caller reports that
  }
}

/** The English message of a code; an unknown code of a newer version is returned as it is. */
export const sentenceOf = (code: string): string => (isErrorCode(code) ? messageOf(code, 'en') : code);
