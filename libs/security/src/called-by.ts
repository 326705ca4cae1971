import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { anonymous, type Caller } from '@mediamesh/contracts';
import { requestOf } from './access.js';

/** The caller that the access guard identified: `@CalledBy() caller: Caller`. */
export const CalledBy = createParamDecorator(
  (_: undefined, context: ExecutionContext): Caller => requestOf(context)?.caller ?? anonymous,
);
