import 'reflect-metadata';
import type { InjectionToken, Provider, Type } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { checkEndpoints } from './check-endpoints.js';
import type { AnyApp } from './define-app.js';
import { documentOf } from './documentation.js';
import { operatorControllersOf } from './operator-controllers.js';

/** What Nest's own `@Inject`, and the compiler, leave on a class about its constructor. */
const injectedKey = 'self:paramtypes';
const typesKey = 'design:paramtypes';

/**
 * The OpenAPI document an app serves, without starting it: Nest's preview makes the routes and none of the objects
 * behind them, so neither a database nor a configuration is needed. Throws when an endpoint is not implemented exactly
 * once.
 */
export async function describeApp(app: AnyApp): Promise<OpenAPIObject> {
  const shared = operatorControllersOf(app);
  checkEndpoints(app, shared);
  class Described {}
  const controllers = [...app.controllers, ...shared];
  const module = { module: Described, controllers, providers: controllers.flatMap(standInsFor) };
  const nest = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  try {
    return documentOf(nest, app);
  } finally {
    await nest.close();
  }
}

/** What a controller, and the guards it is under, ask for, by name only: in a preview nobody calls them. */
function standInsFor(controller: Type): Provider[] {
  const guards = (Reflect.getMetadata(GUARDS_METADATA, controller) ?? []) as (Type | object)[];
  return [controller, ...guards.filter((guard): guard is Type => typeof guard === 'function')].flatMap(dependenciesOf);
}

function dependenciesOf(controller: Type): Provider[] {
  const injected = (Reflect.getMetadata(injectedKey, controller) ?? []) as { param: InjectionToken }[];
  const types = (Reflect.getMetadata(typesKey, controller) ?? []) as Type[];
  return [...injected.map(({ param }) => param), ...types].map((token) => ({ provide: token, useValue: undefined }));
}
