import { foldDigits } from '@mediamesh/text';

export interface FeedDate {
  /** ISO 8601 in UTC. */
  iso: string;
  /** The zone is missing or unknown, so UTC is assumed. */
  isZoneAssumed: boolean;
}

const MAX_LENGTH = 100;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Hours east of UTC: the American zones of RFC 2822, and others that feeds use. Ambiguous ones (`IST`) are left out.
 */
const ZONES: ReadonlyMap<string, number> = new Map(
  [
    'z 0, ut 0, utc 0, gmt 0, wet 0, west 1, bst 1, cet 1, mez 1',
    'cest 2, mesz 2, eet 2, eest 3, sast 2, msk 3, ast -4, adt -3, nst -3.5',
    'ndt -2.5, est -5, edt -4, cst -6, cdt -5, mst -7, mdt -6, pst -8, pdt -7',
    'akst -9, akdt -8, hst -10, gst 4, pkt 5, sgt 8, hkt 8, awst 8, jst 9',
    'kst 9, acst 9.5, aest 10, aedt 11, nzst 12, nzdt 13',
  ]
    .flatMap((line) => line.split(', '))
    .map((pair) => pair.split(' ') as [string, string])
    .map(([name, hours]) => [name, Number(hours)]),
);

const ISO = new RegExp(
  [
    /^(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?/,
    /(?:[t ]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?)?/,
    / ?(z|[+-]\d{2}:?\d{2}|[+-]\d{2}|[a-z]{1,5})?$/,
  ]
    .map(({ source }) => source)
    .join(''),
);
const CLOCK = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d{1,9})?)?$/;
const OFFSET = /^(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?$/;

/**
 * Parses RFC 2822 dates, their common variants (no weekday, two-digit year, zone name, month before day, `asctime`) and
 * ISO 8601 with or without a time, also in Arabic-Indic digits. Anything else is undefined, never guessed.
 */
export function parseFeedDate(text: string): FeedDate | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const folded = foldDigits(text).trim().toLowerCase();
  return parseIso(folded) ?? parseRfc2822(folded);
}

function parseIso(text: string): FeedDate | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const [, year, month = '1', day = '1', hour = '0', minute = '0', second = '0', zone] = match;
  return toDate([year!, month, day, hour, minute, second].map(Number), zone);
}

function parseRfc2822(text: string): FeedDate | undefined {
  const words = text
    .replaceAll(/\([^()]*\)/g, ' ')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (/^[a-z]{2,9}\.?$/.test(words[0] ?? '') && monthOf(words[0]!) === undefined) words.shift();
  // "Mar" can be the weekday mardi.
  else if (monthOf(words[0] ?? '') !== undefined && monthOf(words[1] ?? '') !== undefined) words.shift();

  if (/^\d{1,2}-[a-z]{3,9}-\d{2,4}$/.test(words[0] ?? '')) words.splice(0, 1, ...words[0]!.split('-'));
  const [first = '', second = '', ...others] = words;
  const [day, month] = monthOf(second) === undefined ? [second, monthOf(first)] : [first, monthOf(second)];
  const clock = others.find((word) => CLOCK.test(word));
  const rest = others.filter((word) => word !== clock);
  const yearIndex = rest.findIndex((word) => /^\d{2,4}$/.test(word));
  if (month === undefined || yearIndex === -1 || !/^\d{1,2}$/.test(day)) return undefined;
  const [zone, ...unexpected] = rest.filter((_, index) => index !== yearIndex);
  if (unexpected.length > 1) return undefined;

  const [, hour = '0', minute = '0', seconds = '0'] = CLOCK.exec(clock ?? '') ?? [];
  return toDate(
    [fullYear(rest[yearIndex]!), month + 1, Number(day), Number(hour), Number(minute), Number(seconds)],
    zone,
  );
}

function monthOf(word: string): number | undefined {
  const index = /^[a-z]{3,9}\.?$/.test(word) ? MONTHS.indexOf(word.slice(0, 3)) : -1;
  return index === -1 ? undefined : index;
}

/** Two- and three-digit years as in RFC 2822 §4.3. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return digits.length === 2 && year < 50 ? year + 2000 : year + 1900;
}

function toDate(parts: number[], zone: string | undefined): FeedDate | undefined {
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  const isLastInstant = hour === 24 && minute === 0 && second === 0;
  if (year < 1900 || year > 2199 || (hour > 23 && !isLastInstant) || minute > 59 || second > 60) return undefined;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined;

  const offset = zone === undefined ? undefined : offsetOf(zone);
  const utc = Date.UTC(year, month - 1, day, hour, minute, second) - (offset ?? 0) * 60_000;
  return { iso: new Date(utc).toISOString(), isZoneAssumed: offset === undefined };
}

/** Minutes east of UTC. */
function offsetOf(zone: string): number | undefined {
  const match = OFFSET.exec(zone);
  if (match === null) {
    const hours = ZONES.get(zone);
    return hours === undefined ? undefined : hours * 60;
  }
  const [, sign, hours, minutes = '0'] = match;
  const offset = Number(hours) * 60 + Number(minutes);
  return offset > 24 * 60 ? undefined : sign === '-' ? -offset : offset;
}
