import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@mediamesh/observability';
import { createTestDatabase, type TestDatabase } from '@mediamesh/testing';
import { type Database, openDatabase } from './database.js';
import { ensureServiceDatabase, serviceDatabaseName } from './service-database.js';

describe("a service's database", () => {
  const suffix = randomBytes(4).toString('hex');
  const [one, two] = [`one-${suffix}`, `two-${suffix}`];
  let test: TestDatabase;
  let admin: Database;

  beforeAll(async () => {
    test = await createTestDatabase();
    admin = await openDatabase({ name: 'admin', url: test.url, poolSize: 1, logger: silentLogger });
  });
  afterAll(async () => {
    for (const service of [one, two]) {
      const name = serviceDatabaseName(service);
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.query(`drop role if exists ${name}`);
    }
    await admin.close();
    await test.drop();
  });

  const open = (url: string) => openDatabase({ name: 'own', url, poolSize: 1, logger: silentLogger });

  it('is made once, however often and by however many it is asked for, and can be used', async () => {
    const urls = await Promise.all(
      [one, one, two, two].map((service) => ensureServiceDatabase({ adminUrl: test.url, service })),
    );
    expect(urls[0]).toBe(urls[1]);
    expect(await ensureServiceDatabase({ adminUrl: test.url, service: one })).toBe(urls[0]);
    const own = await open(urls[0]!);
    await own.query('create table things (id integer)');
    expect(await own.query('select current_user as role, current_database() as database')).toEqual([
      { role: serviceDatabaseName(one), database: serviceDatabaseName(one) },
    ]);
    await own.close();
  });

  it('cannot be reached by the role of another service', async () => {
    const url = new URL(await ensureServiceDatabase({ adminUrl: test.url, service: one }));
    await ensureServiceDatabase({ adminUrl: test.url, service: two });
    url.pathname = `/${serviceDatabaseName(two)}`;
    await expect(open(url.href)).rejects.toThrow('permission denied for database');
  });

  it('has a role with no other power', async () => {
    await ensureServiceDatabase({ adminUrl: test.url, service: one });
    expect(
      await admin.query('select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = $1', [
        serviceDatabaseName(one),
      ]),
    ).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);
  });

  it('asks for the password that the roles’ own are made from', async () => {
    await expect(
      ensureServiceDatabase({ adminUrl: 'postgres://postgres@127.0.0.1/postgres', service: one }),
    ).rejects.toThrow('password');
  });
});
