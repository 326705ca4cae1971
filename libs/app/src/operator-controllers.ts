import { type Api, deadLettersApi, outboxApi } from '@mediamesh/contracts';
import type { Type } from '@nestjs/common';
import { createDeadLettersController } from './dead-letters.controller.js';
import { type AnyApp, isConsuming } from './define-app.js';
import { createOutboxController } from './outbox.controller.js';

/** What every app with a database offers operators: its outbox, and its dead letters where it consumes. */
export const operatorControllersOf = (app: AnyApp): Type[] =>
  app.database
    ? [createOutboxController(app.name), ...(isConsuming(app) ? [createDeadLettersController(app.name)] : [])]
    : [];

export const operatorApisOf = (app: AnyApp): Api[] =>
  app.database ? [outboxApi(app.name), ...(isConsuming(app) ? [deadLettersApi(app.name)] : [])] : [];
