import { type AppName, limited, unavailable, type LimitName, type Refusal } from '@mediamesh/contracts';
import type { Logger, Metrics } from '@mediamesh/observability';
import { keyOf, type LimitedRequest } from './limit-keys.js';
import { extentOf, type LimitRule, type LimitsConfig } from './limit-policy.js';
import type { LimitStore, TryResult } from './limit-store.js';

interface LimitsOptions {
  /** Each gateway has its own counts, even in a shared store. */
  readonly app: AppName;
  readonly config: LimitsConfig;
  readonly store: LimitStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface Verdict {
  readonly headers: Readonly<Record<string, string>>;
  readonly refusal: Refusal | undefined;
}

interface RuleResult {
  readonly name: string;
  readonly rule: LimitRule;
  readonly taken: TryResult;
}

/** The limits of one gateway, for its guard and for code that runs before the guard. */
export class Limits {
  constructor(private readonly options: LimitsOptions) {}

  /** If the store fails, requests pass but logins are refused: an outage must not make guessing passwords free. */
  async count(limit: LimitName, request: LimitedRequest): Promise<Verdict> {
    try {
      const asked = await this.ask(limit, request);
      const refused = asked.at(-1)?.taken.isAllowed === false ? asked.at(-1) : undefined;
      if (refused) this.options.metrics.count('mediamesh_limit_refusals', { limit, subject: refused.rule.subject });
      return { headers: describeLimits(asked), refusal: refused && refusalOf(refused.taken) };
    } catch (error) {
      this.options.logger.warn('The limit store does not answer', { limit, error });
      this.options.metrics.count('mediamesh_limit_failures', { limit });
      return {
        headers: {},
        refusal: limit === 'login' ? unavailable('request.unavailable', { retryAfter: 1, cause: error }) : undefined,
      };
    }
  }

  /** In order, up to the first rule that refuses. */
  private async ask(limit: LimitName, request: LimitedRequest): Promise<RuleResult[]> {
    const asked: RuleResult[] = [];
    for (const rule of this.options.config[limit]) {
      const key = keyOf(rule.subject, request);
      if (key === undefined) continue;
      const taken = await this.options.store.take(`${this.options.app}:${limit}:${key}`, rule.policy);
      asked.push({ name: rule.subject === 'caller' ? limit : `${limit}-${rule.subject}`, rule, taken });
      if (!taken.isAllowed) break;
    }
    return asked;
  }
}

const inSeconds = (milliseconds: number): number => Math.ceil(milliseconds / 1000);

function refusalOf(taken: TryResult): Refusal {
  const retryAfter = Math.max(1, inSeconds(taken.retryAfter));
  return limited('request.limited', { retryAfter, values: { retryAfter } });
}

/** `RateLimit` and `RateLimit-Policy` as structured fields (RFC 9651) of draft-ietf-httpapi-ratelimit-headers-10. */
function describeLimits(asked: readonly RuleResult[]): Record<string, string> {
  if (asked.length === 0) return {};
  const policies = asked.map(({ name, rule }) => {
    const { quota, seconds } = extentOf(rule.policy);
    return `"${name}";q=${quota};w=${seconds}`;
  });
  const states = asked.map(({ name, taken }) => `"${name}";r=${taken.remaining};t=${inSeconds(taken.resetAfter)}`);
  return { 'ratelimit-policy': policies.join(', '), ratelimit: states.join(', ') };
}
