import { createHash, timingSafeEqual } from 'node:crypto';
import { appNames, invalid, unauthenticated, type AppName, type ServiceName, type Tokens } from '@mediamesh/contracts';
import type { Logger } from '@mediamesh/observability';
import { isServiceName, issuer, serviceTokens, serviceTokenSeconds } from '@mediamesh/security';
import type { TokenSigner } from '../keys/token-signer.js';

export interface ServiceLogin {
  readonly service: string;
  readonly secret: string;
  readonly audience: string;
}

/** Issues tokens to services and the operators' command line, each for calls to one target. */
export class ServiceSessionsService {
  constructor(
    private readonly secrets: ReadonlyMap<ServiceName, string>,
    private readonly signer: TokenSigner,
    private readonly logger: Logger,
  ) {}

  async issue({ service, secret, audience }: ServiceLogin): Promise<Tokens> {
    const known = isServiceName(service) ? this.secrets.get(service) : undefined;
    // An unknown name takes the same time: its secret is compared with a random one.
    if (!isSameSecret(secret, known ?? crypto.randomUUID()) || known === undefined) {
      this.logger.warn('A service was refused a token', { service });
      throw unauthenticated('auth.wrong_credentials');
    }
    if (!isAppName(audience)) throw invalid({ pointer: '/audience', code: 'field.invalid' });
    const kind = serviceTokens(audience);
    return this.signer.sign({
      typ: kind.typ,
      issuer,
      audience: kind.audience,
      subject: service,
      seconds: serviceTokenSeconds,
      claims: {},
    });
  }
}

const isAppName = (name: string): name is AppName => (appNames as readonly string[]).includes(name);

/** In constant time. */
function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
