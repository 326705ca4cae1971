import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { maximumDocumentBytes, type PublicProgram } from '@mediamesh/contracts';
import { DynamoDb } from '@mediamesh/dynamodb';
import { describeWithServer } from '@mediamesh/testing';
import { bury, createEpisode, createProgram, localize } from '../catalog.builder.js';
import { describeCatalogStore } from '../catalog-store.contract.js';
import { bodyKey, catalogTable } from './catalog-table.js';
import { DynamoDbCatalogStore } from './dynamodb-catalog-store.js';
import { createTestCatalog, itemsAbout, type TestCatalog } from './dynamodb-catalog.builder.js';

describeWithServer('dynamodb', 'a catalogue in DynamoDB', (endpoint) => {
  describeCatalogStore('DynamoDB', () => createTestCatalog(endpoint));

  describe('what only DynamoDB has to answer for', () => {
    let catalog: TestCatalog;
    beforeAll(async () => {
      catalog = await createTestCatalog(endpoint);
    });
    afterAll(() => catalog.close());

    /** A text that compression makes hardly smaller: every character of ASCII that JSON takes as it is. */
    const alphabet = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index)).filter(
      (letter) => JSON.stringify(letter).length === 3,
    );
    const noise = (length: number): string =>
      Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
    const noisy = (bytes: number): PublicProgram =>
      createProgram({ localizations: { ar: { ...localize('كبير'), description: noise(bytes) } } });

    it('keeps documents of every size that is public, byte by byte, though an item holds 400 kB', async () => {
      const documents = [
        noisy(3_000),
        noisy(20_000),
        noisy(maximumDocumentBytes - 2_000),
        createProgram({ localizations: { ar: { ...localize('كبير'), description: 'قهوة '.repeat(50_000) } } }),
      ];
      await catalog.put(...documents);
      const digest = (document: unknown): string => createHash('sha256').update(JSON.stringify(document)).digest('hex');
      const items = await catalog.store.read(documents.map(({ id }) => id));
      expect(items.map((item) => digest(item?.document))).toEqual(documents.map(digest));
    });

    it('leaves nothing behind of a document that was replaced or withdrawn, but its state', async () => {
      const program = createProgram({ localizations: { ar: { ...localize('كبير'), description: noise(490_000) } } });
      await catalog.put(program, { ...program, revision: 2, localizations: { en: localize('Small') } });
      expect(await itemsAbout(catalog.db, program.id, 1)).toEqual([]);
      await catalog.put(bury(program, 3));
      expect((await itemsAbout(catalog.db, program.id)).map(({ sk }) => sk)).toEqual(['state']);
    });

    it('refuses to answer for a document of which a part is missing', async () => {
      const program = noisy(490_000);
      await catalog.put(program);
      await catalog.db.writeAll(catalogTable.name, { removals: [bodyKey(program.id, program.revision, 1)] });
      await expect(catalog.store.read([program.id])).rejects.toMatchObject({ kind: 'unavailable' });
    });

    it('reads pages of documents that are more than one answer of DynamoDB can hold', async () => {
      const programs = Array.from({ length: 42 }, () => {
        const { localizations, ...program } = noisy(maximumDocumentBytes - 2_000);
        return { ...program, category: null, localizations: { fr: localizations['ar'] ?? localize('grand') } };
      });
      await Promise.all(programs.map((program) => catalog.put(program)));
      const page = await catalog.store.listPrograms({ language: 'fr' }, 'newest', { limit: 50 });
      expect(page.items.map(({ document }) => document.id).sort()).toEqual(programs.map(({ id }) => id).sort());
      expect(page.next).toBeUndefined();
    });
  });

  describe('what a page of the catalogue costs', () => {
    it('is the same number of requests for one item and for twenty, and never a scan', async () => {
      const catalog = await createTestCatalog(endpoint);
      const { store, put, db } = catalog;
      const programs = Array.from({ length: 20 }, (_, index) =>
        createProgram({ localizations: { ar: localize(`برنامج ${index}`), fr: localize(`Numéro ${index}`) } }),
      );
      const episodes = programs.map(({ id }) => createEpisode(id, { localizations: { ar: localize('حلقة') } }));
      await put(...programs, ...episodes, ...Array.from({ length: 20 }, () => createEpisode(programs[0]?.id ?? '')));
      const call = jest.spyOn(db, 'call');
      const cost = async (read: () => Promise<unknown>): Promise<number> => {
        call.mockClear();
        await read();
        return call.mock.calls.length;
      };
      const ids = [...programs, ...episodes].map(({ id }) => id);
      for (const limit of [1, 20]) {
        expect(
          await cost(() =>
            store.listPrograms({ category: 'society', type: 'podcast', language: 'ar' }, 'newest', { limit }),
          ),
        ).toBe(2);
        expect(await cost(() => store.listPrograms({}, { titlesOf: 'ar' }, { limit }))).toBe(2);
        expect(await cost(() => store.listPrograms({ languages: ['ar', 'fr', 'en'] }, 'newest', { limit }))).toBe(4);
        expect(await cost(() => store.listEpisodes(programs[0]?.id ?? '', {}, { limit }))).toBe(3);
        expect(await cost(() => store.read(ids.slice(0, limit)))).toBe(2);
        expect(await cost(() => store.read(ids.slice(20, 20 + limit)))).toBeLessThanOrEqual(3);
        expect(await cost(() => store.findByTitle('حلقة', {}, { limit }))).toBe(2);
        expect(await cost(() => store.countByTitle('حلقة', {}, limit))).toBe(2);
      }
      expect(await cost(() => store.findProgramBySlug('برنامج-1'))).toBe(2);
      expect(await cost(() => store.countProgramsByCategory())).toBe(1);
      await catalog.close();
    });
  });

  describe('a catalogue in DynamoDB that cannot be asked', () => {
    it('refuses with the time to come again, and names no item', async () => {
      const lonely = new DynamoDbCatalogStore(
        new DynamoDb({
          endpoint: 'http://127.0.0.1:1',
          region: 'us-east-1',
          tablePrefix: 'test-',
          accessKeyId: 'local',
          secretAccessKey: 'local',
        }),
      );
      const id = randomUUIDv7();
      const failures = await Promise.all(
        [lonely.read([id]), lonely.put(createProgram({ id })), lonely.listEpisodes(id, {}, { limit: 1 })].map((asked) =>
          asked.catch((error: unknown) => error),
        ),
      );
      for (const failure of failures) {
        expect(failure).toMatchObject({ kind: 'unavailable', options: { retryAfter: expect.any(Number) } });
        expect(String((failure as Error).cause)).not.toContain(id);
      }
    });

    it('never answers that there is nothing because its table is missing', async () => {
      const catalog = await createTestCatalog(endpoint);
      await catalog.close();
      await expect(catalog.store.listPrograms({}, 'newest', { limit: 1 })).rejects.toMatchObject({
        kind: 'unavailable',
      });
      await expect(catalog.store.countProgramsByCategory()).rejects.toMatchObject({ kind: 'unavailable' });
      await catalog.db.close();
    });
  });
});
