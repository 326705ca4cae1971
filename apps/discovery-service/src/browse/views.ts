import {
  episodeFields,
  type EpisodeView,
  localizedFields,
  programFields,
  type ProgramView,
  type PublicDocument,
  type PublicFile,
  publicReaderOf,
} from '@mediamesh/contracts';
import { defaultLanguageOf } from '../catalog/catalog-keys.js';
import type { CatalogEpisode, CatalogItem, CatalogProgram, ProgramNames } from '../catalog/catalog-store.js';
import { chooseLanguage, type LanguageWish } from './answer-language.js';

const readText = publicReaderOf(localizedFields);
const readProgram = publicReaderOf(programFields);
const readEpisode = publicReaderOf(episodeFields);

/** The base URL of public files, without a slash at its end. */
export abstract class MediaAddress {
  abstract readonly url: string;
}

/** `undefined` when the program has no acceptable language. */
export function viewProgram(
  { document, episodeCount }: CatalogProgram,
  wish: LanguageWish,
  media: MediaAddress,
): ProgramView | undefined {
  const language = languageOf(document, wish);
  return language === undefined
    ? undefined
    : { ...viewItem(document, language, media), ...readProgram(document), episodeCount };
}

/** `undefined` when the episode has no acceptable language. The program's name is in the same language if available. */
export function viewEpisode(
  { document, program }: CatalogEpisode,
  wish: LanguageWish,
  media: MediaAddress,
): EpisodeView | undefined {
  const language = languageOf(document, wish);
  if (language === undefined) return undefined;
  return {
    ...viewItem(document, language, media),
    ...readEpisode(document),
    programId: document.programId,
    program: viewName(program, language),
    kind: document.episodeKind,
    durationSeconds: document.durationSeconds ?? document.media?.durationSeconds ?? null,
    media: viewMedia(document, media),
  };
}

export const viewItems = <T extends CatalogItem, V>(items: readonly T[], view: (item: T) => V | undefined): V[] =>
  items.flatMap((item) => view(item) ?? []);

const languageOf = (document: PublicDocument, wish: LanguageWish): string | undefined =>
  chooseLanguage(wish, Object.keys(document.localizations), document.defaultLanguage);

function viewItem(document: PublicDocument, language: string, media: MediaAddress) {
  const { id, type, category, cover, localizations, defaultLanguage, releasedAt, publishedAt, updatedAt } = document;
  const text = localizationOf(document, language);
  return {
    id,
    type,
    slug: text.slug,
    language,
    ...readText(text),
    summary: text.summary,
    category,
    cover: cover && viewCover(cover, language, defaultLanguage, media),
    languages: Object.keys(localizations),
    slugs: Object.fromEntries(Object.entries(localizations).map(([name, { slug }]) => [name, slug])),
    releasedAt,
    publishedAt,
    updatedAt,
  };
}

const viewCover = (
  { path, width, height, alt }: PublicFile,
  language: string,
  own: string,
  media: MediaAddress,
): ProgramView['cover'] => ({
  url: `${media.url}/${path}`,
  width: width ?? null,
  height: height ?? null,
  alt: alt?.[language] ?? alt?.[own] ?? null,
  variants: [],
});

function viewMedia({ media: file, enclosure }: CatalogEpisode['document'], media: MediaAddress): EpisodeView['media'] {
  if (file) return { url: `${media.url}/${file.path}`, type: file.type, length: file.length };
  return enclosure && { url: enclosure.url, type: enclosure.type ?? null, length: enclosure.length ?? null };
}

function viewName(names: ProgramNames, wanted: string): EpisodeView['program'] {
  const language =
    chooseLanguage({ ranges: [wanted], strict: false }, Object.keys(names.localizations), names.defaultLanguage) ??
    defaultLanguageOf(names);
  const { title, slug } = localizationOf(names, language);
  return { id: names.id, slug, title, language };
}

function localizationOf<T>(
  { id, localizations }: { id: string; localizations: Readonly<Record<string, T>> },
  language: string,
): T {
  const localization = localizations[language];
  if (!localization) throw new Error(`${id} is not public in ${language}`);
  return localization;
}
