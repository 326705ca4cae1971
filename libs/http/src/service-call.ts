import { Readable } from 'node:stream';
import { type AppName, malformed, Refusal, unavailable } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import type { Dispatcher } from 'undici';
import { pick, readAll, refusalOf } from './answers.js';
import type { Connections } from './connections.js';
import { ServiceAnswer } from './service-answer.js';

/** A call as it goes to any instance of a service. */
export interface ServiceCall {
  readonly app: AppName;
  /** The base path of the service's API. */
  readonly base: string;
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable | undefined;
  readonly streamAnswer: boolean;
  /** Whether it may be made again though the service may have heard of it. */
  readonly isRepeatable: boolean;
}

export interface Wire {
  readonly connections: Connections;
  readonly logger: Logger;
}

/** Its bytes can be sent only once. */
export const isUpload = ({ body }: ServiceCall): boolean => body instanceof Readable;
export const isStream = (call: ServiceCall): boolean => call.streamAnswer || isUpload(call);

/** Calls one instance. Refuses as the service does, and with `unavailable` when it cannot be reached in `left` ms. */
export async function sendCall(
  { connections, logger }: Wire,
  url: string,
  call: ServiceCall,
  left: number,
): Promise<ServiceAnswer> {
  const uploads = isUpload(call);
  // not AbortSignal.timeout: its timer would outlive the call. An upload takes its time, and so does a streamed
  // answer once it has begun.
  const deadline = new AbortController();
  const timer = uploads ? undefined : setTimeout(() => deadline.abort(new Error('the deadline has passed')), left);
  try {
    const request = {
      origin: url,
      path: call.path,
      method: call.method,
      headers: { ...call.headers, 'x-deadline-ms': String(left) },
      body: call.body ?? null,
      // while an upload goes on nothing is answered
      headersTimeout: uploads ? 60_000 : left,
      bodyTimeout: 30_000,
      signal: deadline.signal,
    };
    const answer = await (isStream(call) ? connections.stream(request) : connections.call(request));
    const headers = pick(answer.headers);
    if (!isPassedOn(answer.statusCode, call.streamAnswer)) {
      throw refusalOf(answer.statusCode, headers, await readAll(answer.body), call.method === 'HEAD');
    }
    return new ServiceAnswer(
      answer.statusCode,
      headers,
      call.streamAnswer ? answer.body : await readAll(answer.body),
      call.base,
    );
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (isUpload(call) && isBrokenOff(error)) throw malformed('request.malformed', { cause: error });
    logger.warn('a service could not be called', { target: call.app, error });
    throw unavailable('request.unavailable', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Whether a caller's own bytes ended too early: Node and undici say so without naming a system call, as a failing
 * socket would.
 */
function isBrokenOff(error: unknown): boolean {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  return syscall === undefined && (code === 'ECONNRESET' || code === 'UND_ERR_ABORTED');
}

/** Answers and redirects; and, of files, the range that does not exist, whose header tells the size. */
const isPassedOn = (status: number, streamed: boolean): boolean =>
  (status >= 200 && status < 300) || status === 301 || status === 302 || status === 304 || (streamed && status === 416);
