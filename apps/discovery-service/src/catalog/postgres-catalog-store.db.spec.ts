import { describe, expect, it, jest } from '@jest/globals';
import { migrationsOf } from '@mediamesh/migrations';
import { silentLogger } from '@mediamesh/observability';
import { type Database, migrate, openDatabase } from '@mediamesh/postgres';
import { createTestDatabase } from '@mediamesh/testing';
import { createEpisode, createProgram, localize } from './catalog.builder.js';
import { type CatalogStoreUnderTest, describeCatalogStore } from './catalog-store.contract.js';
import { PostgresCatalogStore } from './postgres-catalog-store.js';

async function open(): Promise<CatalogStoreUnderTest & { database: Database }> {
  const { url, drop } = await createTestDatabase({
    template: 'discovery',
    migrate: (template) => migrate({ url: template, migrations: migrationsOf('discovery'), logger: silentLogger }),
  });
  const database = await openDatabase({ name: 'discovery', url, poolSize: 2, logger: silentLogger });
  const store = new PostgresCatalogStore(database);
  return {
    store,
    database,
    put: async (...documents) => {
      for (const document of documents) await database.transaction((tx) => store.put(document, tx));
    },
    close: async () => {
      await database.close();
      await drop();
    },
  };
}

describeCatalogStore('PostgreSQL', open);

describe('what a page of the catalogue costs', () => {
  it('is the same number of statements for one item and for twenty', async () => {
    const { store, database, put, close } = await open();
    const programs = Array.from({ length: 20 }, (_, index) =>
      createProgram({ localizations: { ar: localize(`برنامج ${index}`) } }),
    );
    const episodes = programs.map(({ id }) => createEpisode(id, { localizations: { ar: localize('حلقة') } }));
    await put(...programs, ...episodes, ...Array.from({ length: 20 }, () => createEpisode(programs[0]?.id ?? '')));
    const query = jest.spyOn(database, 'query');
    const cost = async (read: () => Promise<unknown>): Promise<number> => {
      query.mockClear();
      await read();
      return query.mock.calls.length;
    };
    const ids = [...programs, ...episodes].map(({ id }) => id);
    for (const limit of [1, 20]) {
      expect(await cost(() => store.listPrograms({ category: 'society' }, 'newest', { limit }))).toBe(1);
      expect(await cost(() => store.listEpisodes(programs[0]?.id ?? '', {}, { limit }))).toBe(2);
      expect(await cost(() => store.read(ids.slice(0, limit)))).toBe(1);
      expect(await cost(() => store.findByTitle('حلقة', {}, { limit }))).toBe(2);
    }
    await close();
  });
});
