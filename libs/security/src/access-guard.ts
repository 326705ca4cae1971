import type { IncomingMessage } from 'node:http';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  anonymous,
  endpointKey,
  forbidden,
  isGateway,
  unauthenticated,
  type AppName,
  type Caller,
  type Endpoint,
  type ImplementedEndpoint,
  type Role,
} from '@mediamesh/contracts';
import { currentContext } from '@mediamesh/observability';
import { readBearer } from './bearer.js';
import { serviceTokens, userTokens, type ServiceClaims, type UserClaims } from './claims.js';
import type { KeySource } from './jwks-keys.js';
import { TokenVerifier } from './token-verifier.js';

/** The header of a service's own token; the caller's `Authorization` travels beside it. */
export const serviceAuthorization = 'x-service-authorization';

export interface AccessGuardOptions {
  readonly app: AppName;
  readonly keys: KeySource;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** A request as the guard finds and leaves it (Fastify's). */
export interface GuardedRequest {
  readonly raw: Pick<IncomingMessage, 'headers' | 'rawHeaders'>;
  /** Set by the guard. */
  caller?: Caller;
}

/**
 * Decides for every handler of an app who may call it, and refuses by default: also a handler without a contract.
 *
 * - A gateway knows people only: by their token, or as anonymous. A service token from outside is not looked at.
 * - A service also asks for a service token made out to it, unless the endpoint is `open`. The person's token beside it
 *   decides the role; without one the caller is the service itself, but behind a gateway nobody in particular.
 * - A token that is given must be valid, also where none is needed.
 *
 * Events are let through: they come from our own bus and act for nobody.
 */
export class AccessGuard implements CanActivate {
  private readonly reflector = new Reflector();
  private readonly users: TokenVerifier<UserClaims>;
  private readonly services: TokenVerifier<ServiceClaims>;

  constructor(private readonly options: AccessGuardOptions) {
    this.users = new TokenVerifier({ ...options, kind: userTokens });
    this.services = new TokenVerifier({ ...options, kind: serviceTokens(options.app) });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() === 'rpc') return true;
    const implemented = this.reflector.get<ImplementedEndpoint | undefined>(endpointKey, context.getHandler());
    if (context.getType() !== 'http' || !implemented) throw forbidden('auth.not_allowed');
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const caller = await this.identify(request, implemented.endpoint);
    this.remember(request, caller);
    admit(caller, implemented.endpoint.roles);
    return true;
  }

  private async identify({ raw }: GuardedRequest, endpoint: Endpoint): Promise<Caller> {
    const service = isGateway(this.options.app) || endpoint.open ? undefined : await this.identifyService(raw);
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
