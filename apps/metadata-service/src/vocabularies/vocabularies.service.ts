import { type Categories, vocabularyChanged } from '@mediamesh/contracts';
import { Outbox } from '@mediamesh/outbox';
import { Database } from '@mediamesh/postgres';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { firstCategories } from './categories.js';
import { VocabularyEntity } from './vocabulary.entity.js';

const name = 'categories';

@Injectable()
export class VocabulariesService implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Inserts the categories of a new install and publishes them as an event. */
  async onApplicationBootstrap(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const items = [...firstCategories];
      const { raw } = await tx
        .createQueryBuilder()
        .insert()
        .into(VocabularyEntity)
        .values({ name, version: 1, items })
        .orIgnore()
        .returning('name')
        .execute();
      if ((raw as unknown[]).length > 0)
        await this.outbox.append(tx, vocabularyChanged, { vocabulary: name, version: 1, items });
    });
  }

  /** Publishes the present vocabularies again. Consumers ignore a version that they have. Returns how many. */
  announce(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const all = await tx.getRepository(VocabularyEntity).find();
      await this.outbox.appendMany(
        tx,
        vocabularyChanged,
        all.map((one) => ({ vocabulary: one.name, version: one.version, items: one.items })),
      );
      return all.length;
    });
  }

  async categories(): Promise<Categories> {
    const { items, version } = await this.database.db.getRepository(VocabularyEntity).findOneByOrFail({ name });
    return { items, version };
  }

  async categoryKeys(): Promise<Set<string>> {
    return new Set((await this.categories()).items.map(({ key }) => key));
  }
}
