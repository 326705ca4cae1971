import { removeForbiddenCharacters, truncate } from '@mediamesh/text';

/** The output of a command: results to standard output, progress and questions to standard error. */
export interface Terminal {
  readonly print: (line: string) => void;
  /** For the user only, not part of the result. */
  readonly note: (text: string) => void;
  /** Whether a line can be redrawn, and its width. */
  readonly redraws: boolean;
  readonly columns: number;
}

export function processTerminal(): Terminal {
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (text) => void process.stderr.write(text),
    redraws: process.stderr.isTTY,
    columns: process.stderr.columns || 80,
  };
}

/** Characters that change the text direction; external text must not leave one open. */
const directionMarks = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const isolate = '\u2068';
const endOfIsolate = '\u2069';

/**
 * Makes external text safe for a terminal: one line, no control characters, at most `maximum` UTF-16 units.
 * Right-to-left text is isolated, so that it does not reorder the numbers and codes around it (UAX #9).
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
