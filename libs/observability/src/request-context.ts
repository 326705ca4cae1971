import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUIDv7 } from 'node:crypto';
import { anonymous, type Caller } from '@mediamesh/contracts';
import { continueTrace, type TraceContext } from './trace-context.js';

/** The context of one request or event. It goes along with every call and event that follows from it. */
export interface RequestContext {
  readonly requestId: string;
  readonly trace: TraceContext;
  /** The request's `Accept-Language`, for error texts. */
  readonly acceptLanguage: string | undefined;
  /** When the caller stops waiting, in epoch milliseconds. */
  readonly deadline: number | undefined;
  /** The client's IP address, as trusted proxies report it. */
  readonly clientAddress: string | undefined;
  /** Set by the access guard. */
  caller: Caller;
  /** The caller's `Authorization` header. Calls to services repeat it, so that they check the person's role too. */
  authorization: string | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The current context; `undefined` outside a request or event. */
export const currentContext = (): RequestContext | undefined => storage.getStore();

/** A context; by default with a new request id and trace, an anonymous caller and no deadline. */
export const createContext = (known: Partial<RequestContext> = {}): RequestContext => ({
  requestId: randomUUIDv7(),
  trace: continueTrace(undefined),
  acceptLanguage: undefined,
  deadline: undefined,
  clientAddress: undefined,
  caller: anonymous,
  authorization: undefined,
  ...known,
});

/** Runs a function, and all that it awaits, in a context. */
export const runInContext = <T>(context: RequestContext, run: () => T): T => storage.run(context, run);

/** Whether a client's request id may be kept: at most 100 printable characters that are safe in a log line. */
export const isSaneRequestId = (id: string): boolean => /^[A-Za-z0-9._:+=/-]{1,100}$/.test(id);
