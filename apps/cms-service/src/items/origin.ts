import type { Origin } from '@mediamesh/contracts';
import type { Content } from './item.js';

/** Who owns each field: `category`, or `title.ar` for what is said in a language. */
export type Origins = Readonly<Record<string, Origin>>;

const texts = ['title', 'description', 'slug'] as const;

/** The fields that hold something, by the names used in {@link Origins}. */
function fieldsOf(content: Partial<Content>): string[] {
  const { localizations = {}, defaultLanguage: _, ...rest } = content;
  const plain = Object.entries(rest).flatMap(([field, value]) =>
    value === undefined || value === null ? [] : [field],
  );
  const said = Object.entries(localizations).flatMap(([language, entry]) =>
    texts.flatMap((text) => (entry?.[text] === undefined ? [] : [`${text}.${language}`])),
  );
  return [...plain, ...said];
}

/** What a field holds when nobody has said anything. */
const unsaid = new Set<unknown>([false, 'newest_first', 'full']);
const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
const isSaid = (value: unknown): boolean => !unsaid.has(value) && !isEmptyList(value);

/** Everything that a new item says belongs to whoever made it; what it leaves at its default is anybody's. */
export const ownAll = (content: Content, owner: Origin): Origins =>
  Object.fromEntries(
    fieldsOf(content).flatMap((field) => (isSaid((content as Record<string, unknown>)[field]) ? [[field, owner]] : [])),
  );

/** An editor's patch claims every field it names, also those it empties. */
export function claimPatched(origin: Origins, patch: Readonly<Record<string, unknown>>): Origins {
  const {
    localizations,
    defaultLanguage: _,
    ...rest
  } = patch as { localizations?: Record<string, Record<string, unknown> | null>; defaultLanguage?: unknown };
  const said = Object.entries(localizations ?? {}).flatMap(([language, entry]) =>
    (entry === null ? [...texts] : Object.keys(entry)).map((text) => `${text}.${language}`),
  );
  return {
    ...origin,
    ...Object.fromEntries([...Object.keys(rest), ...said].map((field) => [field, 'editor' as const])),
  };
}

/**
 * What an import makes of an item: the source's value for every field that no editor owns. A field the source no longer
 * mentions keeps its value: feeds are windows, and an empty element is more often a mistake than a wish.
 */
export function takeFromSource<C extends Content>(
  current: C,
  incoming: Partial<Content>,
  origin: Origins,
): { content: C; origin: Origins } {
  const isMentioned = (field: string): boolean => !isEmptyList((incoming as Record<string, unknown>)[field]);
  const free = fieldsOf(incoming).filter((field) => origin[field] !== 'editor' && isMentioned(field));
  const isFree = new Set(free);
  const plain = Object.fromEntries(Object.entries(incoming).filter(([field]) => isFree.has(field)));
  const localizations = { ...current.localizations };
  for (const [language, entry] of Object.entries(incoming.localizations ?? {})) {
    const taken = Object.fromEntries(
      Object.entries(entry).filter(([text, value]) => value !== undefined && isFree.has(`${text}.${language}`)),
    );
    if (Object.keys(taken).length > 0) localizations[language] = { ...localizations[language], ...taken };
  }
  return {
    content: { ...current, ...plain, localizations },
    origin: { ...origin, ...Object.fromEntries(free.map((field) => [field, 'source' as const])) },
  };
}

/** As editors see it: `title` is theirs when they own it in any language. */
export function shownOrigin(origin: Origins): Record<string, Origin> {
  const shown: Record<string, Origin> = {};
  for (const [field, owner] of Object.entries(origin)) {
    const [text = field, language] = field.split('.');
    shown[field] = owner;
    if (language !== undefined && shown[text] !== 'editor') shown[text] = owner;
  }
  return shown;
}
