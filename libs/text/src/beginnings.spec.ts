import { describe, expect, it } from '@jest/globals';
import { highlightTyped, readTyped, withoutArticle, wordKeys } from './beginnings.js';

describe('the beginning of a word', () => {
  it.each([
    ['القهوه', 'قهوه'],
    ['والقهوه', 'قهوه'],
    ['بالقهوه', 'قهوه'],
    ['للقهوه', 'قهوه'],
    ['القه', 'قه'],
    ['الق', 'الق'],
    ['ال', 'ال'],
    ['قهوه', 'قهوه'],
    ['program', 'program'],
    ['', ''],
  ])('of %s is looked for by %s too', (folded, bare) => {
    expect([withoutArticle(folded), wordKeys(folded)]).toEqual([bare, bare === folded ? [folded] : [folded, bare]]);
  });

  it('is the last of the words that are typed', () => {
    expect(readTyped('أسرار القَه')).toEqual({ whole: [['اسرار']], beginning: ['القه', 'قه'] });
    expect(readTyped('Coffee ')).toEqual({ whole: [], beginning: ['coffee'] });
    expect([readTyped(''), readTyped(' "*" ')]).toEqual([undefined, undefined]);
  });

  it('marks whole words in the original spelling, escaped', () => {
    const mark = (title: string, typed: string): string => highlightTyped(title, readTyped(typed)!);
    expect(mark('قِصَّة «القَهْوة» & <قه>', 'قه')).toBe('قِصَّة «<mark>القَهْوة</mark>» &amp; &lt;<mark>قه</mark>&gt;');
    expect(mark('The <b>Café</b> of secrets', 'cafe sec')).toBe(
      'The &lt;b&gt;<mark>Café</mark>&lt;/b&gt; of <mark>secrets</mark>',
    );
    expect(mark('Decoffee', 'coffee')).toBe('Decoffee');
  });
});
