import type { CanActivate, ExecutionContext } from '@nestjs/common';
import {
  anonymous,
  forbidden,
  isGateway,
  unauthenticated,
  type AppName,
  type Caller,
  type Role,
} from '@mediamesh/contracts';
import { currentContext } from '@mediamesh/observability';
import { accessOf, type AccessRule, type GuardedRequest, requestOf } from './access.js';
import { readBearer } from './bearer.js';
import { serviceTokens, userTokens, type ServiceClaims, type UserClaims } from './claims.js';
import type { KeySource } from './jwks-keys.js';
import { TokenVerifier } from './token-verifier.js';

/** The header of a service's own token; the caller's `Authorization` travels beside it. */
const serviceAuthorization = 'x-service-authorization';

interface AccessGuardOptions {
  readonly app: AppName;
  readonly keys: KeySource;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * Decides for every handler of an app who may call it: a route or a resolver of GraphQL. Refuses by default: a handler
 * without a rule (its contract's, or `@Access`), and a call of any other kind.
 *
 * - A gateway knows people only: by their token, or as anonymous. A service token from outside is not looked at.
 * - A service also asks for a service token made out to it, unless the endpoint is `open`. The person's token beside it
 *   decides the role; without one the caller is the service itself, but behind a gateway nobody in particular.
 * - A token that is given must be valid, also where none is needed.
 *
 * Events are let through: they come from our own bus and act for nobody.
 */
export class AccessGuard implements CanActivate {
  private readonly users: TokenVerifier<UserClaims>;
  private readonly services: TokenVerifier<ServiceClaims>;

  constructor(private readonly options: AccessGuardOptions) {
    this.users = new TokenVerifier({ ...options, kind: userTokens });
    this.services = new TokenVerifier({ ...options, kind: serviceTokens(options.app) });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() === 'rpc') return true;
    const [rule, request] = [accessOf(context), requestOf(context)];
    if (!rule || !request) throw forbidden('auth.not_allowed');
    const caller = await this.identify(request, rule);
    this.remember(request, caller);
    admit(caller, rule.roles);
    return true;
  }

  private async identify({ raw }: GuardedRequest, { open }: AccessRule): Promise<Caller> {
    const service = isGateway(this.options.app) || open ? undefined : await this.identifyService(raw);
    const token = readBearer(raw, 'authorization');
    if (token !== undefined) {
      const { id, role } = await this.users.verify(token);
      return { kind: 'user', id, role };
    }
    return service && !isGateway(service.name) ? { kind: 'service', name: service.name } : anonymous;
  }

  private identifyService(raw: GuardedRequest['raw']): Promise<ServiceClaims> {
    const token = readBearer(raw, serviceAuthorization);
    if (token === undefined) throw unauthenticated('auth.service_required');
    return this.services.verify(token);
  }

  private remember(request: GuardedRequest, caller: Caller): void {
    request.caller = caller;
    const context = currentContext();
    if (!context) return;
    context.caller = caller;
    context.authorization = caller.kind === 'user' ? request.raw.headers.authorization : undefined;
  }
}

function admit(caller: Caller, roles: readonly Role[]): void {
  const role: Role = caller.kind === 'user' ? caller.role : caller.kind === 'service' ? 'SERVICE' : 'PUBLIC';
  if (roles.includes(role) || roles.includes('PUBLIC')) return;
  throw caller.kind === 'anonymous' ? unauthenticated('auth.required') : forbidden('auth.not_allowed');
}
