import type { Category } from '@mediamesh/contracts';
import { EntitySchema } from '@mediamesh/postgres';

/** One vocabulary, read and changed as a whole. */
export interface Vocabulary {
  name: 'categories';
  version: number;
  items: Category[];
}

export const VocabularyEntity = new EntitySchema<Vocabulary>({
  name: 'Vocabulary',
  tableName: 'vocabularies',
  columns: {
    name: { type: 'text', primary: true },
    version: { type: 'integer' },
    items: { type: 'jsonb' },
  },
});
