import { type Api, deadLettersApi, outboxApi } from '@mediamesh/contracts';
import type { Type } from '@nestjs/common';
import { createDeadLettersController } from './dead-letters.controller.js';
import type { AnyApp } from './define-app.js';
import { createOutboxController } from './outbox.controller.js';

/** What every app with a database offers operators: its outbox, and its dead letters where it consumes. */
export const operatorControllersOf = ({ name, database, consumes }: AnyApp): Type[] =>
  database ? [createOutboxController(name), ...(consumes ? [createDeadLettersController(name)] : [])] : [];

export const operatorApisOf = ({ name, database, consumes }: AnyApp): Api[] =>
  database ? [outboxApi(name), ...(consumes ? [deadLettersApi(name)] : [])] : [];
