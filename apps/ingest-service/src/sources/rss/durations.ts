import { foldDigits } from '@mediamesh/text';
import { MAX_DURATION_SECONDS } from './feed-limits.js';

/**
 * `itunes:duration` in seconds, from seconds, `MM:SS` or `H:MM:SS`, also in Arabic-Indic digits. As Apple does, it
 * ignores parts after the third and carries parts above 59. Undefined for anything else, zero, or more than a week.
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
