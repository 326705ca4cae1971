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

export type ConfigShape = z.core.$ZodShape;
export type ConfigOf<S extends ConfigShape> = z.output<z.ZodObject<S>>;

/**
 * An app. What all apps share (configuration, health, metrics, documentation, guards, clients, database, outbox, bus)
 * comes from `runApps` and is injected by class: `Logger`, `Metrics`, `Clients`, `Cursors`, and with a database
 * `Database` and `Outbox`.
 */
export interface AppDefinition<S extends ConfigShape = ConfigShape> {
  readonly name: AppName;
  readonly about?: AppText;
  /** Each endpoint must be implemented exactly once, or the app does not start. */
  readonly apis: readonly Api[];
  readonly database?: DatabaseService;
  /** Entities for the ORM; most tables are accessed by SQL in repositories. */
  readonly entities?: readonly EntitySchema[];
  /** Its own variables, besides the shared ones. */
  readonly config: S;
  /** Variables that are required when another one has a certain value. */
  readonly needs?: readonly Condition[];
  /** External resources besides the database. The migration step creates them; readiness and the doctor check them. */
  readonly resources?: (config: ConfigOf<S>, logger: Logger) => readonly Resource[];
  /** Controllers, including event consumers (`@Consumes`). */
  readonly controllers: readonly Type[];
  /** Called once per start, so that no state survives a restart. */
  readonly providers: (config: ConfigOf<S>) => readonly Provider[];
  /** Providers that readiness checks besides the resources. */
  readonly checks?: readonly Type<Pick<Resource, 'check'>>[];
  /** Third-party Nest modules. Their handlers are refused unless `@Access` opens them. */
  readonly modules?: (config: ConfigOf<S>) => NonNullable<ModuleMetadata['imports']>;
  /** Provider that answers requests in front of Nest, such as a cache. */
  readonly inFront?: Type<InFront>;
  /** Whether it receives large uploads, which may take up to six hours. */
  readonly uploads?: boolean;
}

export const defineApp = <const S extends ConfigShape>(definition: AppDefinition<S>): AppDefinition<S> => definition;

export const isConsuming = ({ controllers }: Pick<AppDefinition, 'controllers'>): boolean =>
  controllers.some((controller) => listConsumers(controller).length > 0);

// An app with any configuration: its own schema parses the configuration, so the parameter type does not matter.
export type AnyApp = Omit<AppDefinition, 'providers' | 'resources' | 'modules'> & {
  providers(config: never): readonly Provider[];
  modules?(config: never): NonNullable<ModuleMetadata['imports']>;
  resources?(config: never, logger: Logger): readonly Resource[];
};
