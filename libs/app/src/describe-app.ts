import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { checkEndpoints } from './check-endpoints.js';
import { createDeadLettersController } from './dead-letters.controller.js';
import type { AnyApp } from './define-app.js';
import { documentOf } from './documentation.js';

/**
 * The OpenAPI document an app serves, without starting it: Nest's preview makes the routes and none of the objects behind
 * them, so neither a database nor a configuration is needed. Throws when an endpoint is not implemented exactly once.
 */
export async function describeApp(app: AnyApp): Promise<OpenAPIObject> {
  const shared = app.database && app.consumes ? [createDeadLettersController(app.name)] : [];
  checkEndpoints(app, shared);
  class Described {}
  const module = { module: Described, controllers: [...app.controllers, ...shared] };
  const nest = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { preview: true, logger: false, abortOnError: false });
  try {
    return documentOf(nest, app);
  } finally {
    await nest.close();
  }
}
