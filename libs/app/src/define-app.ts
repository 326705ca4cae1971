import type { Api, AppName } from '@mediamesh/contracts';
import { listConsumers } from '@mediamesh/events';
import type { AppText } from '@mediamesh/http';
import type { DatabaseService } from '@mediamesh/migrations';
import type { Logger } from '@mediamesh/observability';
import type { EntitySchema } from '@mediamesh/postgres';
import type { Resource } from '@mediamesh/resilience';
import type { ModuleMetadata, Provider, Type } from '@nestjs/common';
import type { z } from 'zod';
import type { InFront } from './in-front.js';
import type { Condition } from './shared-config.js';

/** The environment variables an app owns, each with its schema. */
export type ConfigShape = z.core.$ZodShape;
export type ConfigOf<S extends ConfigShape> = z.output<z.ZodObject<S>>;

/**
 * One app: what it offers, what it needs, what it is made of. Everything an app has in common with the others
 * (configuration, health, metrics, documentation, guards, clients, database, outbox, bus) comes from `runApps` and is
 * injected by class: `Logger`, `Metrics`, `Clients`, `Cursors`, and, with a database, `Database` and `Outbox`.
 */
export interface AppDefinition<S extends ConfigShape = ConfigShape> {
  readonly name: AppName;
  /** What its documentation says before it comes to the endpoints: what it is for. */
  readonly about?: AppText;
  /** The endpoints; each must be implemented exactly once by the controllers, or the app does not start. */
  readonly apis: readonly Api[];
  /** The service's own database, migrated at the start. */
  readonly database?: DatabaseService;
  /** The tables that are mapped; most are reached by SQL in repositories. */
  readonly entities?: readonly EntitySchema[];
  /** Variables of its own; shared ones are known to `runApps`. */
  readonly config: S;
  /** Which of them are required when another has a certain value, such as the address of a chosen server. */
  readonly needs?: readonly Condition[];
  /**
   * What it stands on outside the process, besides its database: made by the migration step, watched by readiness and
   * by the doctor.
   */
  readonly resources?: (config: ConfigOf<S>, logger: Logger) => readonly Resource[];
  /** Controllers, also those that consume events (`@Consumes`). */
  readonly controllers: readonly Type[];
  /** What the controllers need; called once for each start, so that nothing outlives it. */
  readonly providers: (config: ConfigOf<S>) => readonly Provider[];
  /**
   * Those of the providers that know whether the app can do its work now; readiness asks them besides the resources.
   */
  readonly checks?: readonly Type<Pick<Resource, 'check'>>[];
  /** Real Nest modules, for what comes as one. A handler of theirs that no `@Access` opens is refused. */
  readonly modules?: (config: ConfigOf<S>) => NonNullable<ModuleMetadata['imports']>;
  /** That of the providers that answers in front of Nest, such as a cache. */
  readonly inFront?: Type<InFront>;
  /** Whether large bodies are received, which may take as long as they keep coming. */
  readonly uploads?: boolean;
}

/** Declares an app; the whole public face of its folder. */
export const defineApp = <const S extends ConfigShape>(definition: AppDefinition<S>): AppDefinition<S> => definition;

/** Whether some controller of an app consumes events. */
export const isConsuming = ({ controllers }: Pick<AppDefinition, 'controllers'>): boolean =>
  controllers.some((controller) => listConsumers(controller).length > 0);

/** Any app, whatever its own configuration. */
// The configuration is read by the app's own schema before `providers` sees it, so the parameter may be of any shape.
export type AnyApp = Omit<AppDefinition, 'providers' | 'resources' | 'modules'> & {
  providers(config: never): readonly Provider[];
  modules?(config: never): NonNullable<ModuleMetadata['imports']>;
  resources?(config: never, logger: Logger): readonly Resource[];
};
