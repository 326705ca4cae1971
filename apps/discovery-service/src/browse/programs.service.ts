import {
  type discoveryServiceApi,
  type EpisodeView,
  type Input,
  notFound,
  type Page,
  type ProgramView,
} from '@mediamesh/contracts';
import { Cursors, type Endpoints, Redirect } from '@mediamesh/http';
import { foldSlug, hasForbiddenCharacters, isUuid } from '@mediamesh/text';
import { Injectable } from '@nestjs/common';
import { CatalogStore, type CatalogProgram, type ProgramSort } from '../catalog/catalog-store.js';
import { chooseLanguage, languagesWanted, readWish } from './answer-language.js';
import { MediaAddress, viewEpisode, viewItems, viewProgram } from './views.js';

type Queries = Endpoints<typeof discoveryServiceApi>;
type ListQuery = Input<Queries['listPrograms']>['query'];
type EpisodesQuery = Input<Queries['listEpisodes']>['query'];
type LanguageQuery = Input<Queries['getProgram']>['query'];

@Injectable()
export class ProgramsService {
  constructor(
    private readonly catalog: CatalogStore,
    private readonly cursors: Cursors,
    private readonly media: MediaAddress,
  ) {}

  async list(query: ListQuery, acceptLanguage: string | undefined): Promise<Page<ProgramView>> {
    const { type, category, language, sort, limit } = query;
    const wish = readWish(query, acceptLanguage);
    const languages = languagesWanted(wish);
    const scope = ['programs', type, category, language, sort, languages];
    const [titlesOf, ...after] = this.cursors.read(scope, query.cursor) ?? [sortedTitles(wish.ranges)];
    const order: ProgramSort = sort === 'title' ? { titlesOf: titlesOf === 'ar' ? 'ar' : 'en' } : 'newest';
    const { items, next } = await this.catalog.listPrograms({ type, category, language, languages }, order, {
      limit,
      ...(query.cursor && { after }),
    });
    return {
      items: viewItems(items, (item) => viewProgram(item, wish, this.media)),
      next: next ? this.cursors.write(scope, [titlesOf ?? null, ...next]) : null,
    };
  }

  /** Finds a program by id, or by slug in any language. A former or differently spelled slug gives a redirect. */
  async get(
    idOrSlug: string,
    query: LanguageQuery,
    acceptLanguage: string | undefined,
  ): Promise<ProgramView | Redirect> {
    if (isUuid(idOrSlug.toLowerCase())) {
      const [item] = await this.catalog.read([idOrSlug.toLowerCase()]);
      return this.show(item?.kind === 'program' ? item : undefined, query, acceptLanguage);
    }
    const slug = idOrSlug.normalize('NFC').toLowerCase().normalize('NFC');
    const program = hasForbiddenCharacters(slug) ? undefined : await this.catalog.findProgramBySlug(slug);
    if (!program) throw notFound('program.not_found');
    const language = Object.entries(program.document.localizations).find(
      ([, localization]) => localization.slug === slug,
    )?.[0];
    if (language === undefined) return new Redirect(`/programs/${encodeURIComponent(currentSlug(program, slug))}`);
    return this.show(program, query, acceptLanguage, language);
  }

  async listEpisodes(
    programId: string,
    query: EpisodesQuery,
    acceptLanguage: string | undefined,
  ): Promise<Page<EpisodeView>> {
    const { language, limit } = query;
    const wish = readWish(query, acceptLanguage);
    const languages = languagesWanted(wish);
    const scope = ['episodes', programId, language, languages];
    const found = await this.catalog.listEpisodes(
      programId,
      { language, languages },
      { limit, after: this.cursors.read(scope, query.cursor) },
    );
    if (!found) throw notFound('program.not_found');
    return {
      items: viewItems(found.items, (item) => viewEpisode(item, wish, this.media)),
      next: found.next ? this.cursors.write(scope, found.next) : null,
    };
  }

  private show(
    program: CatalogProgram | undefined,
    query: LanguageQuery,
    acceptLanguage: string | undefined,
    slugLanguage?: string,
  ): ProgramView {
    if (!program) throw notFound('program.not_found');
    const view = viewProgram(program, readWish(query, acceptLanguage, slugLanguage), this.media);
    if (!view) throw notFound('language.not_available');
    return view;
  }
}

/** The Arabic order, unless the reader prefers English. */
const sortedTitles = (ranges: readonly string[]): 'ar' | 'en' =>
  chooseLanguage({ ranges, strict: false }, ['ar', 'en'], 'ar') === 'ar' ? 'ar' : 'en';

/** The current slug in the language of a former slug. */
function currentSlug({ document }: CatalogProgram, former: string): string {
  const { localizations, formerSlugs, defaultLanguage } = document;
  const same = (slug: string): boolean => foldSlug(slug) === foldSlug(former);
  const language =
    Object.keys(localizations).find((name) => same(localizations[name]?.slug ?? '')) ??
    formerSlugs.find(({ slug }) => same(slug))?.language ??
    defaultLanguage;
  const now =
    chooseLanguage({ ranges: [language], strict: false }, Object.keys(localizations), defaultLanguage) ??
    defaultLanguage;
  return localizations[now]?.slug ?? document.id;
}
