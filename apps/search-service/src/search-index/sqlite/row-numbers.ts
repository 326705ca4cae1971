/** The languages of a document have adjacent rows: its place is the row without the last five bits. */
const languagesPerDocument = 32;
const documentsPerDay = 2 ** 22;
const firstDay = Date.UTC(1900, 0, 1);
const day = 86_400_000;

/** Rows rise with the release date, so that a backward scan yields the newest first. Places are unique. */
export function firstPlaceOfDay(releasedAt: string): number {
  const time = Date.parse(releasedAt);
  return Math.max(0, Math.floor(((Number.isNaN(time) ? firstDay : time) - firstDay) / day)) * documentsPerDay;
}

export const endOfDay = (firstPlace: number): number => firstPlace + documentsPerDay;

export const dayOf = (place: number): number => Math.floor(place / documentsPerDay);

export const rowOf = (place: number, language: number): number => place * languagesPerDocument + language;

export const placeOf = (row: number): number => Math.floor(row / languagesPerDocument);

export const lastRowOf = (place: number): number => rowOf(place, languagesPerDocument - 1);
