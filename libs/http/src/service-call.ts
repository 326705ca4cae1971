import { Readable } from 'node:stream';
import { type AppName, malformed, Refusal, unavailable } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import type { Dispatcher } from 'undici';
import { pick, readAll, refusalOf } from './answers.js';
import type { Connections } from './connections.js';
import { ServiceAnswer } from './service-answer.js';

export interface ServiceCall {
  readonly app: AppName;
  readonly base: string;
  readonly path: string;
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable | undefined;
  readonly streamAnswer: boolean;
  /** Whether it may be retried although the service may have received it. */
  readonly isRepeatable: boolean;
}

export interface Wire {
  readonly connections: Connections;
  readonly logger: Logger;
}

/** An upload can be sent only once. */
export const isUpload = ({ body }: ServiceCall): boolean => body instanceof Readable;
export const isStream = (call: ServiceCall): boolean => call.streamAnswer || isUpload(call);

/** @throws the service's refusal; `unavailable` when it cannot be reached within `left` milliseconds */
export async function sendCall(
  { connections, logger }: Wire,
  url: string,
  call: ServiceCall,
  left: number,
): Promise<ServiceAnswer> {
  const uploads = isUpload(call);
  // Not AbortSignal.timeout: its timer outlives the call. Uploads and streamed answers that have begun have no
  // deadline.
  const deadline = new AbortController();
  const timer = uploads ? undefined : setTimeout(() => deadline.abort(new Error('the deadline has passed')), left);
  try {
    const request = {
      origin: url,
      path: call.path,
      method: call.method,
      headers: { ...call.headers, 'x-deadline-ms': String(left) },
      body: call.body ?? null,
      // An upload gets no answer before its end.
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

/** Whether the caller's upload broke off: unlike a failing socket, Node and undici then name no system call. */
function isBrokenOff(error: unknown): boolean {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  return syscall === undefined && (code === 'ECONNRESET' || code === 'UND_ERR_ABORTED');
}

/** Answers and redirects. For files also 416, whose header gives the size. */
const isPassedOn = (status: number, streamed: boolean): boolean =>
  (status >= 200 && status < 300) || status === 301 || status === 302 || status === 304 || (streamed && status === 416);
