import { describe, expect, it } from '@jest/globals';
import { analyze, analyzeQuery, normalizeTitle, PAIR_JOINER, splitGrams, tokenize } from './tokens.js';

const words = (text: string) => tokenize(text).map((token) => token.folded);

describe('tokenize', () => {
  it('tells the script of each word, not of the text', () => {
    expect(tokenize('بودكاست Tech ١٢ кино 中').map((token) => [token.folded, token.script])).toEqual([
      ['بودكاست', 'arabic'],
      ['tech', 'latin'],
      ['12', 'number'],
      ['кино', 'other'],
      ['中', 'other'],
    ]);
  });

  it('gives the place of each word in the original, marks included', () => {
    const text = '«مُحَمَّدٌ» – Café, ١٢!';
    expect(tokenize(text).map(({ start, end }) => text.slice(start, end))).toEqual(['مُحَمَّدٌ', 'Café', '١٢']);
  });

  it('keeps the exact spelling beside the folded one', () => {
    expect(tokenize('على علي عَلِيّ Café').map((token) => token.exact)).toEqual(['على', 'علي', 'علي', 'café']);
    expect(new Set(tokenize('على علي').map((token) => token.folded)).size).toBe(1);
  });

  it.each([
    ['parts Arabic from Latin without a space', 'الـpodcast', ['ال', 'podcast']],
    ['parts Arabic letters from digits', 'ج4 الحلقة١٢', ['ج', '4', 'الحلقه', '12']],
    ['keeps Latin letters and digits together', 'MP3 4K S01E02', ['mp3', '4k', 's01e02']],
    ['leaves out the possessive', "the program's Ahmed’s", ['the', 'program', 'ahmed']],
    ['joins a contraction', 'don’t', ['dont']],
    ['parts an elision', "l'amour", ['l', 'amour']],
    ['splits at punctuation of both scripts', 'a-b_c/d،ب؛ت.ث', ['a', 'b', 'c', 'd', 'ب', 'ت', 'ث']],
    ['finds Chinese and Japanese by character', '日本のポ', ['日', '本', 'の', 'ポ']],
    ['finds Thai by character with its marks', 'กี่', ['กี่']],
    ['keeps Hindi words whole', 'हिन्दी में', ['हिन्दी', 'में']],
    ['keeps Korean words whole', '한국 영화', ['한국', '영화']],
    ['finds no word in emoji and signs', '😀 ❤️ — !!', []],
  ])('%s: %s', (_rule, text, expected) => expect(words(text)).toEqual(expected));

  it('cuts a word at 64 units and never inside a pair', () => {
    expect(words('a'.repeat(500))).toEqual(['a'.repeat(64)]);
    const deseret = words(`x ${'𐐨'.repeat(40)} ${'б'}${'𐐨'.repeat(40)}`);
    expect(deseret.every((word) => word.isWellFormed() && word.length <= 64)).toBe(true);
  });
});

describe('analyze', () => {
  it('gives words, spellings and stems side by side', () => {
    expect(analyze('حلقات البرنامج Episodes')).toEqual({
      exact: ['حلقات', 'البرنامج', 'episodes'],
      words: ['حلقات', 'البرنامج', 'episodes'],
      stems: ['حلق', 'برنامج', 'episod'],
      pairs: [`حلق${PAIR_JOINER}برنامج`, `برنامج${PAIR_JOINER}episod`],
    });
  });

  it('pairs only neighbours that both say something', () => {
    expect(analyze('boundary layer of the wing').pairs).toEqual([`boundari${PAIR_JOINER}layer`]);
  });

  it('puts no space into any entry', () => {
    const { exact, words: folded, stems, pairs } = analyze('ﷺ a\u00a0b\u2003c don’t مُحَمَّد');
    for (const entry of [...exact, ...folded, ...stems, ...pairs]) expect(entry).not.toMatch(/\s/);
  });
});

describe('analyzeQuery', () => {
  it('leaves out stop words and repetitions', () => {
    expect(analyzeQuery('the history of the history').words).toEqual(['history']);
    expect(analyzeQuery('ما هي أسباب الحرب في أوروبا').words).toEqual(['اسباب', 'الحرب', 'اوروبا']);
  });

  it('keeps stop words where there is nothing else', () => {
    expect(analyzeQuery('this is it').words).toEqual(['this', 'is', 'it']);
    expect(analyzeQuery('').words).toEqual([]);
  });

  it('finds with everyday spellings what was written in another', () => {
    for (const [query, title] of [
      ['الإيمان', 'كتاب رحلتى من الشك الى الايمان'],
      ['رحلتي', 'رحلتى'],
      ['القران', 'كتاب القرآن كائن حى'],
      ['كالاعصار', 'محمد (مسيرة كالإعصار) ج4'],
      ['نبوه', 'محمد (ليست عظمة بل نبوة) ج2'],
      ['القهوه', 'القهوة'],
      ['قهوة', 'القهوة'],
      ['الحلقة 12', 'حلقة ١٢'],
    ] as const) {
      const stems = new Set(analyze(title).stems);
      expect([query, analyzeQuery(query).stems.filter((stem) => !stems.has(stem))]).toEqual([query, []]);
    }
  });
});

describe('splitGrams', () => {
  it('gives each run of three letters with the edges of the word', () =>
    expect(splitGrams('كتب')).toEqual([' كت', 'كتب', 'تب ']));
});

describe('normalizeTitle', () => {
  it('is one for titles that differ in spelling, spaces and punctuation', () => {
    expect(normalizeTitle(' «الحلقة ١٢: مُقدِّمة»  ')).toBe(normalizeTitle('الحلقه 12 – مقدمة'));
  });

  it('differs where a word differs, and for emoji', () => {
    expect(normalizeTitle('الحلقة ١')).not.toBe(normalizeTitle('الحلقة ٢'));
    expect(normalizeTitle('😀')).not.toBe(normalizeTitle('😎'));
  });
});
