import { type Api, deadLettersApi, isGateway, outboxApi, rootApi } from '@mediamesh/contracts';
import type { Type } from '@nestjs/common';
import { createDeadLettersController } from './dead-letters.controller.js';
import { type AnyApp, isConsuming } from './define-app.js';
import { createOutboxController } from './outbox.controller.js';
import { createRootController } from './root.controller.js';

/** The root of a gateway, the outbox of an app with a database, and the dead letters of a consumer. */
export const commonEndpointsOf = (app: AnyApp): { readonly api: Api; readonly controller: Type }[] => [
  ...(isGateway(app.name) ? [{ api: rootApi(app.name), controller: createRootController(app) }] : []),
  ...(app.database ? [{ api: outboxApi(app.name), controller: createOutboxController(app.name) }] : []),
  ...(app.database && isConsuming(app)
    ? [{ api: deadLettersApi(app.name), controller: createDeadLettersController(app.name) }]
    : []),
];
