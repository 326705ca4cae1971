import { removeForbiddenCharacters, truncate } from '@mediamesh/text';

/** Where a command writes: results to standard output, progress and questions to standard error. */
export interface Terminal {
  readonly print: (line: string) => void;
  /** For the person only, not part of the result. */
  readonly note: (text: string) => void;
  /** Whether a line can be redrawn, and how wide it may be. */
  readonly redraws: boolean;
  readonly columns: number;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (text) => void process.stderr.write(text),
    redraws: process.stderr.isTTY,
    columns: process.stderr.columns || 80,
  };
}

/** Marks that change the direction of what follows; a foreign text must not leave one open. */
const directionMarks = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const isolate = '\u2068';
const endOfIsolate = '\u2069';

/**
 * A foreign text as part of a line: one line, nothing that steers a terminal, at most `maximum` UTF-16 units. Arabic is
 * set apart by Unicode's isolates, so that it does not reorder the numbers and codes around it (UAX #9).
 */
export function readable(text: string, maximum = 200): string {
  const clean = removeForbiddenCharacters(text)
    .replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ')
    .replace(directionMarks, '')
    .replace(/ +/g, ' ')
    .trim();
  const short = clean.length > maximum ? `${truncate(clean, maximum - 1).trimEnd()}…` : clean;
  return rightToLeft.test(short) ? isolate + short + endOfIsolate : short;
}
