import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { anonymous } from '@mediamesh/contracts';
import { currentContext } from '@mediamesh/observability';
import { accessOf, requestOf } from '@mediamesh/security';
import type { Limits } from './limits.js';

interface Reply {
  header(name: string, value: string): unknown;
}

/** Counts every call of a handler with a `limit`. It runs after the access guard, which sets the caller. */
export class LimitGuard implements CanActivate {
  constructor(private readonly limits: Limits) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const [limit, request] = [accessOf(context)?.limit, requestOf(context)];
    if (limit === undefined || !request) return true;
    const { body, caller = anonymous } = request;
    const { headers, refusal } = await this.limits.count(limit, {
      caller,
      body,
      address: currentContext()?.clientAddress,
    });
    if (context.getType() === 'http') {
      const reply = context.switchToHttp().getResponse<Reply>();
      for (const [name, value] of Object.entries(headers)) reply.header(name, value);
    }
    if (refusal) throw refusal;
    return true;
  }
}
