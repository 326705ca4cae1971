// Words contain only letters, digits and marks, so the quotes need no escaping.
const quote = (word: string): string => `"${word}"`;

export const anyOf = (words: readonly string[]): string => words.map(quote).join(' OR ');
export const allOf = (words: readonly string[]): string => words.map(quote).join(' AND ');
export const anyBeginning = (beginnings: readonly string[]): string =>
  beginnings.map((beginning) => `${quote(beginning)}*`).join(' OR ');

export const textMatch = (words: string): string => `text : (${words})`;
const facetsMatch = (facets: readonly string[]): string => `facets : (${allOf(facets)})`;

/** Rows whose text matches the FTS5 expression `words`, and that have all of the facets. */
export const filteredMatch = (words: string, facets: readonly string[]): string =>
  facets.length === 0 ? textMatch(words) : `${textMatch(words)} AND ${facetsMatch(facets)}`;
