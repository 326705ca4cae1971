import { Agent, type Dispatcher } from 'undici';

type Request = Dispatcher.RequestOptions;
type Answer = Dispatcher.ResponseData;

const connect = { timeout: 2_000 };
/**
 * Shorter than a service under PM2 drains, which then closes no connection that we may be writing to; in milliseconds.
 */
const keepAliveTimeout = 1_500;
/** Calls to one instance at a time; more wait for their turn, but not beyond their deadlines. */
const mostCalls = 64;
/**
 * Bodies that are streamed from or to one instance at a time. Each takes as long as somebody far away reads or writes,
 * so nobody waits for a turn.
 */
const mostStreams = 256;

/** Connections to our services. Files have their own: however slowly people read them, questions are answered. */
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
  /** Streams under way, by instance. */
  private readonly open = new Map<string, number>();

  /** Rejects at the signal, also while the request waits for its turn. */
  async call(request: Request & { readonly signal: AbortSignal }): Promise<Answer> {
    const aborted = Promise.withResolvers<never>();
    const abort = (): void => aborted.reject(request.signal.reason);
    request.signal.addEventListener('abort', abort, { once: true });
    const answer = this.calls.request(request);
    // undici hears of the signal only when it is the request's turn: then nobody waits any more
    answer.catch(() => undefined);
    try {
      return await Promise.race([answer, aborted.promise]);
    } finally {
      request.signal.removeEventListener('abort', abort);
    }
  }

  /** Whether one more stream to or from an instance would be too much. */
  isFull(url: string): boolean {
    return (this.open.get(url) ?? 0) >= mostStreams;
  }

  /** The answer's body must be read to its end, or destroyed. */
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
