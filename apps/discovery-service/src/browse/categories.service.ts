import { type Answer, type discoveryServiceApi, notFound } from '@mediamesh/contracts';
import type { Endpoints } from '@mediamesh/http';
import { Database } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { categoryLine } from '../catalog/catalog-keys.js';
import { CatalogStore } from '../catalog/catalog-store.js';
import { VocabulariesRepository } from '../catalog/vocabularies.repository.js';
import { chooseLanguage, readWish } from './answer-language.js';

type CategoryViews = Answer<Endpoints<typeof discoveryServiceApi>['listCategories']>;

@Injectable()
export class CategoriesService {
  constructor(
    private readonly catalog: CatalogStore,
    private readonly vocabularies: VocabulariesRepository,
    private readonly database: Database,
  ) {}

  async list(
    query: { lang?: string | undefined; fallback?: 'none' | undefined },
    acceptLanguage: string | undefined,
  ): Promise<{ views: CategoryViews; language: 'ar' | 'en' }> {
    const language = chooseLanguage(readWish(query, acceptLanguage), ['ar', 'en'], 'ar');
    if (language !== 'ar' && language !== 'en') throw notFound('language.not_available');
    const [categories, direct] = await Promise.all([
      this.vocabularies.read(this.database.db, 'categories'),
      this.catalog.countProgramsByCategory(),
    ]);
    const counts = addUp(direct);
    const items = categories.map(({ key, parent, names }) => ({
      key,
      parent: parent ?? null,
      name: names[language],
      names,
      programCount: counts.get(key) ?? 0,
    }));
    return { views: { items }, language };
  }
}

/** A program of a subcategory also counts for every category above it. */
function addUp(direct: ReadonlyMap<string, number>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [category, programs] of direct) {
    for (const key of categoryLine(category)) counts.set(key, (counts.get(key) ?? 0) + programs);
  }
  return counts;
}
