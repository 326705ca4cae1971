import { watchForPauses } from '@mediamesh/testing';
import type { Answer, Sent } from '../mesh-client.js';

/**
 * Milliseconds: what takes longer is too late, and what takes much longer hangs. A gateway that has waited for a slow
 * neighbour refuses after more than the first.
 */
const limit = { patient: 2_500, late: 3_000, hanging: 15_000 };

/** Counts the answers that clients get while something is wrong, and keeps those that nobody should get. */
export class Answers {
  private readonly kinds = new Map<string, number>();
  readonly wrong: string[] = [];
  /** Requests that were cut off in the middle, which is nobody's fault when the gateway itself is killed. */
  readonly cut: string[] = [];
  slowest = 0;
  /** Honest answers that now is not the time: all, and those for which nobody was waited. */
  refused = 0;
  readonly refusedAtOnce: string[] = [];
  /** Answers that did what was asked. */
  right = 0;

  /**
   * Asks one instance of a gateway after the other, as a balancer does, until one can be reached. Answers what came if
   * it is one of `right`, `undefined` for an honest "not now", and notes everything else as wrong.
   */
  async ask(
    method: string,
    urls: readonly string[],
    sent: Sent,
    right: readonly number[],
  ): Promise<Answer | undefined> {
    const start = performance.now();
    const countKept = watchForPauses();
    const answer = await this.reach(method, urls, sent).finally(countKept);
    const passed = performance.now() - start;
    const took = passed - countKept();
    this.slowest = Math.max(this.slowest, took);
    const what = `${method} ${urls[0]}`;
    if (took > limit.late) this.note('late', `${what} took ${Math.round(took)} ms`);
    if (typeof answer === 'string') {
      this.count('cut off');
      this.cut.push(`${what}: ${answer}`);
      return undefined;
    }
    if (right.includes(answer.status)) {
      this.right += 1;
      this.count(String(answer.status));
      return answer;
    }
    const isHonest =
      answer.status === 503 &&
      /^application\/problem\+json/.test(answer.headers.get('content-type') ?? '') &&
      Number(answer.headers.get('retry-after')) > 0;
    if (isHonest) {
      this.refused += 1;
      if (passed < limit.patient)
        this.refusedAtOnce.push(`${new Date().toISOString()} ${what}: after ${Math.round(passed)} ms`);
      this.count('503 with Retry-After');
    } else this.note(`${answer.status}`, `${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return undefined;
  }

  note(kind: string, what: string): void {
    this.count(kind);
    this.wrong.push(what);
  }

  toString(): string {
    const kinds = [...this.kinds].map(([kind, count]) => `${count} × ${kind}`);
    return `${kinds.join(', ')}; slowest ${Math.round(this.slowest)} ms`;
  }

  private count(kind: string): void {
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
  }

  private async reach(method: string, urls: readonly string[], { body, headers = {} }: Sent): Promise<Answer | string> {
    let reason = 'nobody to ask';
    for (const url of urls) {
      try {
        const response = await fetch(url, {
          method,
          redirect: 'manual',
          signal: AbortSignal.timeout(limit.hanging),
          headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
        return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text } as Answer;
      } catch (error) {
        reason = String(error instanceof Error ? (error.cause ?? error) : error);
        // what was sent may have happened: a balancer repeats only what never arrived
        if (!/ECONNREFUSED/.test(reason) && method !== 'GET') return reason;
      }
    }
    return reason;
  }
}
