import { createHmac } from 'node:crypto';
import pg from 'pg';

const setupLock = 7_283_502;

/** The name of a service's role and database: `mesh_cms`. */
export const serviceDatabaseName = (service: string): string => `mesh_${service.replaceAll('-', '_')}`;

/** Derives the role's password from the administrator's, so it need not be stored. The database need not exist. */
export function serviceDatabaseUrl({ adminUrl, service }: { adminUrl: string; service: string }): string {
  const name = serviceDatabaseName(service);
  const url = new URL(adminUrl);
  const secret = decodeURIComponent(url.password);
  if (secret === '') throw new Error('The address of the PostgreSQL server must contain its password');
  url.username = name;
  url.password = createHmac('sha256', secret).update(name).digest('base64url');
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Creates a service's role and database if they are missing, and returns the URL. Roles of other services cannot
 * connect to it. Idempotent and safe to run concurrently. Rejects with the server's error.
 */
export async function ensureServiceDatabase({
  adminUrl,
  service,
}: {
  adminUrl: string;
  service: string;
}): Promise<string> {
  const name = serviceDatabaseName(service);
  const url = serviceDatabaseUrl({ adminUrl, service });
  const { password } = new URL(url);

  const client = new pg.Client({
    connectionString: adminUrl,
    connectionTimeoutMillis: 10_000,
    application_name: 'mediamesh-setup',
  });
  const failures: Error[] = [];
  client.on('error', (error) => failures.push(error));
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [setupLock]);
    await ensureRole(client, name, password);
    await ensureDatabase(client, name);
  } finally {
    await client.end();
  }
  return url;
}

async function ensureRole(client: pg.Client, name: string, password: string): Promise<void> {
  const role = pg.escapeIdentifier(name);
  const known = await client.query('select 1 from pg_roles where rolname = $1', [name]);
  const verb = known.rowCount === 0 ? 'create' : 'alter';
  await client.query(
    `${verb} role ${role} with login nosuperuser nocreatedb nocreaterole password ${pg.escapeLiteral(password)}`,
  );
  // A non-superuser can create a database only for a role it is a member of.
  await client.query(
    `do $$ begin
       if not (select rolsuper from pg_roles where rolname = current_user) then
         execute format('grant %I to current_user', '${name}');
       end if;
     end $$`,
  );
}

async function ensureDatabase(client: pg.Client, name: string): Promise<void> {
  const database = pg.escapeIdentifier(name);
  const known = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (known.rowCount === 0)
    await client.query(`create database ${database} owner ${database} template template0 encoding 'UTF8'`);
  await client.query(`revoke all on database ${database} from public`);
}
