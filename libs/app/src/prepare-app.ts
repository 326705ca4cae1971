import { migrationsOf } from '@mediamesh/migrations';
import type { Logger } from '@mediamesh/observability';
import { ensureServiceDatabase, migrate } from '@mediamesh/postgres';
import type { Resource } from '@mediamesh/resilience';
import type { MeshConfig } from './config.js';
import type { AnyApp } from './define-app.js';

export function resourcesOf(app: AnyApp, config: MeshConfig, logger: Logger): readonly Resource[] {
  return app.resources?.(config.apps.get(app.name)?.own as never, logger) ?? [];
}

/** Creates the database and its role where only a server is configured. */
export async function databaseUrlOf({ name, database }: AnyApp, { apps, shared }: MeshConfig): Promise<string> {
  if (!database) throw new Error(`${name} has no database`);
  return (
    apps.get(name)?.databaseUrl ?? ensureServiceDatabase({ adminUrl: shared.POSTGRES_URL ?? '', service: database })
  );
}

/** The migration step of one app: its database and its resources. Idempotent. */
export async function prepareApp(
  app: AnyApp,
  config: MeshConfig,
  resources: readonly Resource[],
  logger: Logger,
): Promise<void> {
  if (app.database)
    await migrate({ url: await databaseUrlOf(app, config), migrations: migrationsOf(app.database), logger });
  for (const resource of resources) await resource.prepare();
}
