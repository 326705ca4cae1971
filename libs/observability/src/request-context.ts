import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUIDv7 } from 'node:crypto';
import { anonymous, type Caller } from '@mediamesh/contracts';
import { continueTrace, type TraceContext } from './trace-context.js';

/** What goes along with one request or one event, through every call it causes. */
export interface RequestContext {
  readonly requestId: string;
  readonly trace: TraceContext;
  /** `Accept-Language` as it came, for texts to people. */
  readonly acceptLanguage: string | undefined;
  /** When an answer stops being of use, in epoch milliseconds. */
  readonly deadline: number | undefined;
  /** The network address of the client, as far as trusted proxies tell. */
  readonly clientAddress: string | undefined;
  /** Set by the guard once it knows. */
  caller: Caller;
  /** The caller's own `Authorization`, handed on so that services decide by the person's role. */
  authorization: string | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();

/** The context of the operation under way, if any. */
export const currentContext = (): RequestContext | undefined => storage.getStore();

/** A context with defaults for all that is not given: a new request id and trace, nobody calling, no deadline. */
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

/** Runs something, and all that it awaits, in a context. */
export const runInContext = <T>(context: RequestContext, run: () => T): T => storage.run(context, run);

/** Whether a request id that came from outside may be kept: printable, short, no surprises in a log. */
export const isSaneRequestId = (id: string): boolean => /^[A-Za-z0-9._:+=/-]{1,100}$/.test(id);
