/** Languages of one document stand side by side: the document is the row without its last five bits. */
const languagesPerDocument = 32;
const documentsPerDay = 2 ** 22;
const firstDay = Date.UTC(1900, 0, 1);
const day = 86_400_000;

/**
 * Rows rise with the date of release, so that reading an index backwards meets the newest first. A place is a
 * document's number, unique in the index.
 */
export function firstPlaceOfDay(releasedAt: string): number {
  const time = Date.parse(releasedAt);
  return Math.max(0, Math.floor(((Number.isNaN(time) ? firstDay : time) - firstDay) / day)) * documentsPerDay;
}

/** The first place of the next day. */
export const endOfDay = (firstPlace: number): number => firstPlace + documentsPerDay;

export const dayOf = (place: number): number => Math.floor(place / documentsPerDay);

export const rowOf = (place: number, language: number): number => place * languagesPerDocument + language;

export const placeOf = (row: number): number => Math.floor(row / languagesPerDocument);

/** The last row that a place can have. */
export const lastRowOf = (place: number): number => rowOf(place, languagesPerDocument - 1);
