import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { anonymous, type Caller } from '@mediamesh/contracts';
import type { GuardedRequest } from './access-guard.js';

/** The caller of a handler, as the guard found it: `@CalledBy() caller: Caller`. */
export const CalledBy = createParamDecorator(
  (_: undefined, context: ExecutionContext): Caller =>
    context.switchToHttp().getRequest<GuardedRequest>().caller ?? anonymous,
);
