import { describe, expect, it } from '@jest/globals';
import { readBearer } from './bearer.js';

/** Headers as Node hands them on: of two it keeps the first, but lists both. */
const sent = (...values: string[]) => ({
  headers: values[0] === undefined ? {} : { authorization: values[0] },
  rawHeaders: ['Host', 'localhost', ...values.flatMap((value) => ['Authorization', value])],
});

describe('reading a bearer token', () => {
  it('takes the scheme in any case', () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER'])
      expect(readBearer(sent(`${scheme} a.b-c_d`), 'authorization')).toBe('a.b-c_d');
  });

  it('finds none where none was sent', () => {
    expect(readBearer(sent(), 'authorization')).toBeUndefined();
  });

  it.each([
    '',
    'Bearer',
    'Bearer ',
    'Bearer  abc',
    'Bearer a b',
    'Bearer abc ',
    ' Bearer abc',
    'Basic YTpi',
    'abc',
    'Bearer ä',
    'Bearer a,b',
    'BearerX abc',
  ])('refuses %j', (value) => {
    expect(() => readBearer(sent(value), 'authorization')).toThrow(
      expect.objectContaining({ kind: 'unauthenticated' }),
    );
  });

  it('refuses two headers, equal ones too', () => {
    expect(() => readBearer(sent('Bearer abc', 'Bearer abc'), 'authorization')).toThrow(
      expect.objectContaining({ kind: 'unauthenticated' }),
    );
  });
});
