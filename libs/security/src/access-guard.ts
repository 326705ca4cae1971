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

/** Carries a service's own token. The user's token is in `Authorization`. */
const serviceAuthorization = 'x-service-authorization';

interface AccessGuardOptions {
  readonly app: AppName;
  readonly keys: KeySource;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/**
 * Decides who may call a route or a GraphQL resolver. It refuses handlers without a rule (of the contract or
 * `@Access`), and calls of any other kind. Events are let through: they come from the mesh's own bus and have no
 * caller.
 *
 * - A gateway accepts people with a token, or anonymous callers. It ignores service tokens, which come from outside.
 * - A service also requires a service token issued for it, unless the endpoint is `open`. A user's token beside it
 *   decides the role. Without one, the caller is the calling service, or anonymous if that is a gateway.
 * - A token must be valid even where none is required.
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
