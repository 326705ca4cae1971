import { describe, expect, it } from '@jest/globals';
import { findHighlightTerms, highlight } from './highlight.js';

const mark = (text: string, query: string, length?: number) => highlight(text, findHighlightTerms(query), { length });

describe('highlight', () => {
  it('marks the original spelling of every form of a word', () => {
    expect(mark('القَهْوَة وقهوة، والقهوه', 'القهوه')).toBe(
      '<mark>القَهْوَة</mark> <mark>وقهوة</mark>، <mark>والقهوه</mark>',
    );
    expect(mark('Episodes of an episode', 'EPISODE')).toBe('<mark>Episodes</mark> of an <mark>episode</mark>');
  });

  it('escapes everything that is not its own mark', () => {
    expect(mark(`<b onclick="x">cats</b> & 'dogs' <mark>`, 'cats')).toBe(
      '&lt;b onclick=&quot;x&quot;&gt;<mark>cats</mark>&lt;/b&gt; &amp; &#39;dogs&#39; &lt;mark&gt;',
    );
  });

  it('does not mark inside an entity of its own making', () => {
    expect(mark('a & b amp', 'amp')).toBe('a &amp; b <mark>amp</mark>');
  });

  it('marks a ligature of several words once', () => expect(mark('محمد ﷺ', 'صلى الله')).toBe('محمد <mark>ﷺ</mark>'));

  it('leaves the text whole without a length', () => expect(mark('nothing here', 'other')).toBe('nothing here'));

  it('cuts around the first match, at words', () => {
    const cut = mark(`${'before '.repeat(50)}needle${' after'.repeat(50)}`, 'needle', 60);
    expect(cut).toBe('…before before <mark>needle</mark> after after after after after after…');
  });

  it('begins at the beginning where the match is near it, or where there is none', () => {
    expect(mark('one needle two three four five', 'needle', 15)).toBe('one <mark>needle</mark> two…');
    expect(mark('one two three four five', 'needle', 9)).toBe('one two…');
  });

  it('leaves matches outside the cut alone', () =>
    expect(mark('needle one two three four needle', 'needle', 14)).toBe('<mark>needle</mark> one two…'));

  it('ends at the end where the match is near it', () => {
    expect(mark('one two three four needle', 'needle', 12)).toBe('…four <mark>needle</mark>');
  });

  it('never parts a grapheme, also in text without words', () => {
    const family = '👩‍👩‍👧‍👦';
    const cut = mark(family.repeat(9), 'x', 30);
    expect(cut).toBe(`${family.repeat(2)}…`);
    for (let length = 1; length < 40; length++)
      expect(mark('مُحَمَّدٌ كِتَابٌ 😀😀 e\u0301e\u0301', 'كتاب', length)).not.toMatch(
        /^…?[\u064b-\u0652\u0301]|[\ud800-\udbff](?![\udc00-\udfff])/,
      );
  });
});
