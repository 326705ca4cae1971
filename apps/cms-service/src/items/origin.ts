import { isDeepStrictEqual } from 'node:util';
import { episodeFields, type Fields, localizedFields, type Origin, programFields } from '@mediamesh/contracts';
import type { Content } from './item.js';

/** The owner of each field, by names such as `category` or, for localised text, `title.ar`. */
export type Origins = Readonly<Record<string, Origin>>;

const fields: Fields = { ...programFields, ...episodeFields };

/** The fields that have a value, by the names used in {@link Origins}. */
function listSaid({ localizations = {}, defaultLanguage: _, ...rest }: Partial<Content>): [string, unknown][] {
  const localized = Object.entries(localizations).flatMap(([language, texts]) =>
    Object.entries(texts).map(([text, value]): [string, unknown] => [`${text}.${language}`, value]),
  );
  return [...Object.entries(rest), ...localized].filter(([, value]) => value !== undefined && value !== null);
}

const own = (names: readonly string[], owner: Origin): Origins =>
  Object.fromEntries(names.map((field) => [field, owner]));

/** The creator owns every field that a new item sets; a field with its default value has no owner. */
export function ownAll(content: Content, owner: Origin): Origins {
  const said = listSaid(content).filter(([field, value]) => !isDeepStrictEqual(value, fields[field]?.empty));
  return own(
    said.map(([field]) => field),
    owner,
  );
}

/** An editor's patch claims every field that it names, also the emptied ones. */
export function claimPatched(origin: Origins, patch: Readonly<Record<string, unknown>>): Origins {
  const {
    localizations = {},
    defaultLanguage: _,
    ...rest
  } = patch as {
    localizations?: Record<string, object | null>;
    defaultLanguage?: unknown;
  };
  const localized = Object.entries(localizations).flatMap(([language, texts]) =>
    Object.keys(texts ?? localizedFields).map((text) => `${text}.${language}`),
  );
  return { ...origin, ...own([...Object.keys(rest), ...localized], 'editor') };
}

/**
 * Takes the source's value for every field that no editor owns. A field that the source no longer has keeps its value:
 * feeds list recent items only, and an empty element is more often a mistake than an intention.
 */
export function takeFromSource<C extends Content>(
  current: C,
  incoming: Partial<Content>,
  origin: Origins,
): { content: C; origin: Origins } {
  const taken = listSaid(incoming).filter(([field, value]) => origin[field] !== 'editor' && !isEmptyList(value));
  const plain: Record<string, unknown> = {};
  const localizations = { ...current.localizations };
  for (const [field, value] of taken) {
    const [name = field, language] = field.split('.');
    if (language === undefined) plain[name] = value;
    else localizations[language] = { ...localizations[language], [name]: value };
  }
  const names = taken.map(([field]) => field);
  return { content: { ...current, ...plain, localizations }, origin: { ...origin, ...own(names, 'source') } };
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** The owners for the editors' API: `title` is an editor's when an editor owns it in any language. */
export function shownOrigin(origin: Origins): Record<string, Origin> {
  const shown: Record<string, Origin> = {};
  for (const [field, owner] of Object.entries(origin)) {
    const [text = field, language] = field.split('.');
    shown[field] = owner;
    if (language !== undefined && shown[text] !== 'editor') shown[text] = owner;
  }
  return shown;
}
