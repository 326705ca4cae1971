import { randomBytes } from 'node:crypto';
import type { ReadStream } from 'node:tty';
import { Failure } from './failure.js';

/** Longer than any password that is taken. */
const maximumLength = 4_096;
const endOfText = '\u0003';
const endOfTransmission = '\u0004';

/** A password nobody guesses, of 20 characters. */
export const makePassword = (): string => randomBytes(15).toString('base64url');

/** Asks twice on a terminal, without echo; else takes the first line of the input. */
export async function readPassword(input: NodeJS.ReadStream, ask: (text: string) => void): Promise<string> {
  if (!input.isTTY) return readFirstLine(input);
  const password = await readHidden(input, 'Password: ', ask);
  if ((await readHidden(input, 'Again: ', ask)) !== password) throw new Failure('The two passwords differ.');
  return password;
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
  if (line === '') throw new Failure('No password came from the input. Type it on a terminal, pipe it in, or use --generate.');
  return line;
}

/** One line of a terminal whose keys are not shown. */
async function readHidden(input: ReadStream, question: string, ask: (text: string) => void): Promise<string> {
  ask(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  try {
    return await new Promise<string>((resolve, reject) => {
      let typed = '';
      const onData = (keys: string): void => {
        const result = typeKeys(typed, keys);
        typed = result.typed;
        if (result.state === 'typing') return;
        input.off('data', onData);
        input.off('end', onEnd);
        if (result.state === 'done') resolve(typed);
        else reject(new Failure('No password was given.'));
      };
      const onEnd = (): void => reject(new Failure('No password was given.'));
      input.on('data', onData);
      input.once('end', onEnd);
      input.resume();
    });
  } finally {
    input.setRawMode(false);
    input.pause();
    ask('\n');
  }
}

/** What keys make of a line typed so far: backspace takes a character away, Ctrl-C and Ctrl-D give up, Enter ends it. */
export function typeKeys(typed: string, keys: string): { typed: string; state: 'typing' | 'done' | 'given up' } {
  let text = typed;
  for (const key of keys) {
    if (key === '\r' || key === '\n') return { typed: text, state: text === '' ? 'given up' : 'done' };
    if (key === endOfText || key === endOfTransmission) return { typed: '', state: 'given up' };
    if (key === '\u007f' || key === '\b') text = [...text].slice(0, -1).join('');
    else if (key >= ' ' && text.length < maximumLength) text += key;
  }
  return { typed: text, state: 'typing' };
}
