import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { anonymous, endpointKey, type Caller, type ImplementedEndpoint } from '@mediamesh/contracts';
import { currentContext } from '@mediamesh/observability';
import type { Limits } from './limits.js';

interface Request {
  readonly body?: unknown;
  readonly caller?: Caller;
}

interface Reply {
  header(name: string, value: string): unknown;
}

/** Counts every request to an endpoint with a `limit`. It stands behind the access guard, which knows the caller. */
export class LimitGuard implements CanActivate {
  private readonly reflector = new Reflector();

  constructor(private readonly limits: Limits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const implemented = this.reflector.get<ImplementedEndpoint | undefined>(endpointKey, context.getHandler());
    const limit = implemented?.endpoint.limit;
    if (limit === undefined || context.getType() !== 'http') return true;
    const http = context.switchToHttp();
    const { body, caller = anonymous } = http.getRequest<Request>();
    const { headers, refusal } = await this.limits.count(limit, {
      caller,
      body,
      address: currentContext()?.clientAddress,
    });
    for (const [name, value] of Object.entries(headers)) http.getResponse<Reply>().header(name, value);
    if (refusal) throw refusal;
    return true;
  }
}
