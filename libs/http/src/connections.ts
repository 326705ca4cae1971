import { Agent, type Dispatcher } from 'undici';

type Request = Dispatcher.RequestOptions;
type Answer = Dispatcher.ResponseData;

const connect = { timeout: 2_000 };
/** Milliseconds; shorter than a drain under PM2, so that a service closes no connection that is being written to. */
const keepAliveTimeout = 1_500;
/** Concurrent calls to one instance. More wait in a queue until their deadline. */
const mostCalls = 64;
/** Concurrent streams to or from one instance. Remote clients set their duration, so there is no queue. */
const mostStreams = 256;

/** Connections to services. Streams have a pool of their own, so that slow downloads do not block calls. */
export class Connections {
  private readonly calls = new Agent({
    connections: mostCalls,
    pipelining: 1,
    keepAliveTimeout,
    connect,
    maxResponseSize: -1,
  });
  private readonly streams = new Agent({
    connections: mostStreams,
    pipelining: 1,
    keepAliveTimeout,
    connect,
    maxResponseSize: -1,
  });
  private readonly open = new Map<string, number>();

  /** Rejects when the signal aborts, even while the request is queued. */
  async call(request: Request & { readonly signal: AbortSignal }): Promise<Answer> {
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(request.signal.reason);
    request.signal.addEventListener('abort', abort, { once: true });
    const answer = this.calls.request(request);
    // undici notices the signal only when the request leaves the queue; by then nothing awaits the answer.
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, aborted.promise]);
    } finally {
      request.signal.removeEventListener('abort', abort);
    }
  }

  isFull(url: string): boolean {
    return (this.open.get(url) ?? 0) >= mostStreams;
  }

  /** The answer's body must be read to its end or destroyed. */
  async stream(request: Request & { readonly origin: string }): Promise<Answer> {
    const { origin } = request;
    const count = (more: number): void => void this.open.set(origin, (this.open.get(origin) ?? 0) + more);
    const end = (): void => count(-1);
    count(1);
    try {
      const answer = await this.streams.request(request);
      answer.body.once('close', end);
      return answer;
    } catch (error) {
      end();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.calls.close(), this.streams.close()]);
  }
}
