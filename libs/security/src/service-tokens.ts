import { Refusal, unavailable, type ServiceName, type Tokens } from '@mediamesh/contracts';
import { createContext, runInContext, type Logger } from '@mediamesh/observability';

interface ServiceTokenIssue {
  readonly service: ServiceName;
  readonly secret: string;
  readonly audience: string;
}

interface ServiceTokensOptions {
  readonly service: ServiceName;
  readonly secret: string;
  /** Requests a token from auth-service. */
  readonly issue: (request: ServiceTokenIssue) => Promise<Tokens>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly logger: Logger;
}

interface ServiceTokens {
  /** A valid token for calls to one app. Rejects with `unavailable` when there is none. */
  readonly tokenFor: (audience: string) => Promise<string>;
}

interface CachedToken {
  readonly token: string;
  readonly renewAt: number;
  readonly staleAt: number;
}

const pauseAfterFailureMilliseconds = 1_000;
/** A token this close to its expiry is not sent, because it could expire on the way. */
const marginMilliseconds = 15_000;

/**
 * A service's tokens for calls to others, one per target. They are renewed in the background at half of their lifetime,
 * so an outage of auth-service of some minutes has no effect. There is one request per target at a time.
 */
export function createServiceTokens({ service, secret, issue, clock, logger }: ServiceTokensOptions): ServiceTokens {
  const held = new Map<string, CachedToken>();
  const asked = new Map<string, Promise<string>>();
  const failedAt = new Map<string, number>();

  const ask = async (audience: string): Promise<string> => {
    const start = clock();
    try {
      // Concurrent callers share the request, so it has a context without any caller's deadline or token.
      const { accessToken, expiresIn } = await runInContext(createContext(), () =>
        issue({ service, secret, audience }),
      );
      const life = expiresIn * 1000;
      held.set(audience, { token: accessToken, renewAt: start + life / 2, staleAt: start + life - marginMilliseconds });
      failedAt.delete(audience);
      return accessToken;
    } catch (error) {
      failedAt.set(audience, clock());
      logger.warn('No service token could be had', { audience, error });
      // A refusal here concerns this service's secret. The caller must not take it for a refusal of their own token.
      throw error instanceof Refusal && error.kind === 'unavailable'
        ? error
        : unavailable('request.unavailable', { cause: error });
    }
  };

  const askOnce = (audience: string): Promise<string> => {
    const running = asked.get(audience) ?? ask(audience).finally(() => asked.delete(audience));
    asked.set(audience, running);
    return running;
  };

  return {
    tokenFor: (audience) => {
      const now = clock();
      const known = held.get(audience);
      if (!known || now >= known.staleAt) return askOnce(audience);
      const mayRenew = now - (failedAt.get(audience) ?? Number.NEGATIVE_INFINITY) >= pauseAfterFailureMilliseconds;
      if (now >= known.renewAt && mayRenew) void askOnce(audience).catch(() => known.token);
      return Promise.resolve(known.token);
    },
  };
}
