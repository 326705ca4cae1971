import { describe, expect, it } from '@jest/globals';
import { readable } from './terminal.js';

describe('a foreign text in a line', () => {
  it('stays as it is when it is plain', () => {
    expect(readable('Coffee & tea – 12')).toBe('Coffee & tea – 12');
  });

  it('is set apart when it is written from right to left', () => {
    expect(readable('حلقة 12')).toBe('\u2068حلقة 12\u2069');
  });

  it('cannot steer the terminal or break the line', () => {
    expect(readable('a\u001b[31mred\u009b2J\u0007\nb\u0000\u2028c\td')).toBe('a[31mred 2J b c d');
  });

  it('cannot turn the direction of what follows', () => {
    expect(readable('\u202eabc\u2066')).toBe('abc');
    expect(readable('قهوة\u202e\u2069')).toBe('\u2068قهوة\u2069');
  });

  it('is shortened between letters and their marks', () => {
    expect(readable('قَهْوَةٌ طَيِّبَة', 8)).toBe('\u2068قَهْوَ…\u2069');
    expect(readable('x'.repeat(300))).toHaveLength(200);
  });
});
