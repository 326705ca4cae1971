import type { Category } from '@mediamesh/contracts';

const SYNONYMS: Readonly<Record<string, string>> = {
  soccer: 'sports.football',
  'video games': 'leisure.games',
  'books and literature': 'arts.books',
  'news and politics': 'news',
  'technology news': 'news.tech',
  'sports and recreation': 'sports',
  'games and hobbies': 'leisure',
  'government and organizations': 'government',
  'science and medicine': 'science',
  'personal journals': 'society',
  relationships: 'society',
  health: 'health',
  religion: 'religion',
  tv: 'film',
};

export interface CategoryChoice {
  readonly category: string | undefined;
  /** The remaining names, used as tags. */
  readonly rest: readonly string[];
}

/** Maps the first known name to one of our categories, or to its subcategory when that is the next name. */
export function chooseCategory(names: readonly string[], categories: readonly Category[]): CategoryChoice {
  const keyOf = new Map(
    categories.flatMap(
      ({ key, names: { ar, en } }) =>
        [
          [fold(en), key],
          [fold(ar), key],
        ] as const,
    ),
  );
  const known = new Set(categories.map(({ key }) => key));
  const keys = names
    .map((name) => keyOf.get(fold(name)) ?? SYNONYMS[fold(name)])
    .map((key) => (key !== undefined && known.has(key) ? key : undefined));
  const first = keys.findIndex((key) => key !== undefined);
  if (first === -1) return { category: undefined, rest: names };
  const nested = keys[first + 1]?.startsWith(`${keys[first]}.`) ? first + 1 : first;
  return { category: keys[nested], rest: names.filter((_, index) => index !== first && index !== nested) };
}

const fold = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
