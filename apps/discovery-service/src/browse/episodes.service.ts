import { type EpisodeView, notFound } from '@mediamesh/contracts';
import { Injectable } from '@nestjs/common';
import { CatalogStore } from '../catalog/catalog-store.js';
import { readWish } from './answer-language.js';
import { MediaAddress, viewEpisode } from './views.js';

@Injectable()
export class EpisodesService {
  constructor(
    private readonly catalog: CatalogStore,
    private readonly media: MediaAddress,
  ) {}

  async get(
    id: string,
    query: { lang?: string | undefined; fallback?: 'none' | undefined },
    acceptLanguage: string | undefined,
  ): Promise<EpisodeView> {
    const [item] = await this.catalog.read([id]);
    if (item?.kind !== 'episode') throw notFound('episode.not_found');
    const view = viewEpisode(item, readWish(query, acceptLanguage), this.media);
    if (!view) throw notFound('language.not_available');
    return view;
  }
}
