import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { makePassword, readFirstLine, typeKeys } from './password.js';

describe('a password', () => {
  it('is typed with corrections, and ends with Enter', () => {
    expect(typeKeys('', 'abc')).toEqual({ text: 'abc', state: 'typing', rest: '' });
    expect(typeKeys('abc', '\u007f\u007fd\r')).toEqual({ text: 'ad', state: 'done', rest: '' });
    expect(typeKeys('كلمة😀', '\b\n')).toEqual({ text: 'كلمة', state: 'done', rest: '' });
  });

  it('may be pasted together with its repetition', () => {
    expect(typeKeys('', 'one\rone\r')).toEqual({ text: 'one', state: 'done', rest: 'one\r' });
  });

  it('is given up with Ctrl-C, Ctrl-D or an empty line', () => {
    for (const keys of ['abc\u0003', '\u0004', '\r']) expect(typeKeys('', keys).state).toBe('given up');
  });

  it('is the first line of an input that is no terminal, however it arrives', async () => {
    expect(await readFirstLine(Readable.from([Buffer.from('a long pass'), Buffer.from('phrase\r\nmore')]))).toBe(
      'a long passphrase',
    );
    const bytes = Buffer.from('كلمة سر طويلة');
    expect(await readFirstLine(Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]))).toBe('كلمة سر طويلة');
  });

  it('must be there', async () => {
    await expect(readFirstLine(Readable.from([]))).rejects.toThrow('No password came');
    await expect(readFirstLine(Readable.from(['\nlater']))).rejects.toThrow('No password came');
  });

  it('is another each time it is made, and long enough', () => {
    expect(makePassword()).not.toBe(makePassword());
    expect(makePassword()).toMatch(/^[\w-]{20}$/);
  });
});
