import { foldDigits } from '@mediamesh/text';
import { MAX_DURATION_SECONDS } from './feed-limits.js';

/**
 * Seconds of an `itunes:duration`: a plain number of seconds, `MM:SS` or `H:MM:SS`; parts after the third are ignored,
 * as Apple does, and parts above 59 carry. Arabic-Indic digits count as digits.
 *
 * @returns undefined for anything else, for nothing, and for more than a week.
 */
export function parseDuration(text: string): number | undefined {
  if (text.length > 100) return undefined;
  const parts = foldDigits(text)
    .trim()
    .split(':')
    .map((part) => part.trim())
    .slice(0, 3);
  const isNumber = parts.every((part, index) =>
    (index === parts.length - 1 ? /^\d{1,12}(?:\.\d{1,9})?$/ : /^\d{1,6}$/).test(part),
  );
  if (!isNumber) return undefined;
  const seconds = Math.floor(parts.reduce((total, part) => total * 60 + Number(part), 0));
  return seconds > 0 && seconds <= MAX_DURATION_SECONDS ? seconds : undefined;
}
