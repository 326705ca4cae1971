import { randomBytes } from 'node:crypto';
import type { ReadStream } from 'node:tty';
import { Failure } from './failure.js';

/** Longer than any accepted password. */
const maximumLength = 4_096;
const endOfText = '\u0003';
const endOfTransmission = '\u0004';

/** A random password of 20 characters. */
export const makePassword = (): string => randomBytes(15).toString('base64url');

/** Asks twice on a terminal, without echo; otherwise reads the first line of the input. */
export async function readPassword(input: NodeJS.ReadStream, ask: (text: string) => void): Promise<string> {
  if (!input.isTTY) return readFirstLine(input);
  const first = await readHidden(input, 'Password: ', ask);
  const second = await readHidden(input, 'Again: ', ask, first.rest);
  if (second.line !== first.line) throw new Failure('The two passwords differ.');
  return first.line;
}

/** The first line of a stream that is not a terminal. */
export async function readFirstLine(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of input) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.includes('\n') || text.length > maximumLength) break;
  }
  const line = text.split('\n', 1)[0]?.replace(/\r$/, '') ?? '';
  if (line === '')
    throw new Failure('No password came from the input. Type it on a terminal, pipe it in, or use --generate.');
  return line;
}

/** Reads a line without echo. `before` and `rest` are keys that arrived early, as when both lines are pasted. */
async function readHidden(
  input: ReadStream,
  question: string,
  ask: (text: string) => void,
  before = '',
): Promise<{ line: string; rest: string }> {
  ask(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  try {
    return await new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Failure('No password was given.'));
      let typed = '';
      const onData = (keys: string): void => {
        const { text, state, rest } = typeKeys(typed, keys);
        typed = text;
        if (state === 'typing') return;
        input.off('data', onData).off('end', giveUp).pause();
        if (state === 'done') resolve({ line: text, rest });
        else giveUp();
      };
      input.on('data', onData).once('end', giveUp).resume();
      if (before !== '') onData(before);
    });
  } finally {
    input.setRawMode(false);
    ask('\n');
  }
}

/** Applies keys: backspace deletes, Ctrl-C and Ctrl-D cancel, Enter ends the line and returns the remaining keys. */
export function typeKeys(
  typed: string,
  keys: string,
): { text: string; state: 'typing' | 'done' | 'given up'; rest: string } {
  let text = typed;
  for (const [index, key] of [...keys].entries()) {
    if (key === endOfText || key === endOfTransmission) return { text: '', state: 'given up', rest: '' };
    if (key === '\r' || key === '\n')
      return { text, state: text === '' ? 'given up' : 'done', rest: [...keys].slice(index + 1).join('') };
    if (key === '\u007f' || key === '\b') text = [...text].slice(0, -1).join('');
    else if (key >= ' ' && text.length < maximumLength) text += key;
  }
  return { text, state: 'typing', rest: '' };
}
