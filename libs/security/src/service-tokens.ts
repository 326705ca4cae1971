import { Refusal, unavailable, type ServiceName, type Tokens } from '@mediamesh/contracts';
import { createContext, runInContext, type Logger } from '@mediamesh/observability';

/** What a service sends to auth-service for a token. */
interface ServiceTokenIssue {
  readonly service: ServiceName;
  readonly secret: string;
  readonly audience: string;
}

interface ServiceTokensOptions {
  readonly service: ServiceName;
  readonly secret: string;
  /** Asks auth-service. */
  readonly issue: (request: ServiceTokenIssue) => Promise<Tokens>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly logger: Logger;
}

interface ServiceTokens {
  /** A valid token for calls to one app. Refuses with `unavailable` when none can be had. */
  readonly tokenFor: (audience: string) => Promise<string>;
}

interface CachedToken {
  readonly token: string;
  readonly renewAt: number;
  readonly staleAt: number;
}

const pauseAfterFailureMilliseconds = 1_000;
/** A token this close to its end is not sent: it could expire on the way. */
const marginMilliseconds = 15_000;

/**
 * A service's tokens for its calls to others: one per target, renewed in the background at half of its life, so that
 * auth-service may be away for minutes without anybody noticing. Never two requests for the same target at a time.
 */
export function createServiceTokens({ service, secret, issue, clock, logger }: ServiceTokensOptions): ServiceTokens {
  const held = new Map<string, CachedToken>();
  const asked = new Map<string, Promise<string>>();
  const failedAt = new Map<string, number>();

  const ask = async (audience: string): Promise<string> => {
    const start = clock();
    try {
      // Shared by all who wait, so it carries nobody's deadline and nobody's token.
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
      // A refusal here is about our own secret; the person who called us must not read it as theirs.
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
