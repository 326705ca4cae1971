import { describe, expect, it } from '@jest/globals';
import { fold } from './fold.js';
import { findOriginalRange, foldWithOffsets } from './offsets.js';
import { tokenize } from './tokens.js';

const naughty = [
  '',
  ' ',
  '\0',
  '\ud800',
  '\udfff\ud800',
  'a\u0300\u0301\u0302',
  '\u0300',
  '\u064b\u064b',
  'ﷺ',
  'ﻻﻻ',
  '👩‍👩‍👧‍👦',
  '🇸🇦🇯🇴',
  '1\ufe0f\u20e3',
  '\ufeff\u202e\u2066x\u2069',
  'ﬃ',
  'Ⅷ½²',
  '한글'.normalize('NFD'),
  'か\u3099゛',
  'ไม่มีน้ำ',
  'क्षत्रिय',
  '田中さんにあげて下さい',
  '̡͓̞ͅI̗̘̦͝n͇͇͙v̮̫ok̲̫̙͈i̖͙̭̹̠̞n̡̻̮̣̺g̲͈͙̭͙̬͎',
  '<script>alert(1)</script>',
  'İıſK',
  'ي\u0654و',
  'ئ\u200dو',
  'ء\u064bو',
  'ۓو',
  '\u1ffd',
  '\u00b4',
];
const alphabet = [
  ..."aZ9 '-ßİéאاأإىةئءؤو\u0654\u064b\u0640\u200c\u202e",
  'ﻻ',
  'ﷺ',
  '\u0301',
  '\u3099',
  'か',
  'ᄀ',
  'ᅡ',
  'ᆨ',
  '한',
  '😀',
  '\ud800',
  '\udc00',
  '𝐀',
  '中',
  'ำ',
  '≠',
  '=',
  '\u0338',
  '\0',
  '\u00a0',
  'ﬃ',
];

/** A repeatable source of numbers: a failure must be one that others can see. */
function createDraw(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function drawTexts(count: number): string[] {
  const draw = createDraw(7);
  return Array.from({ length: count }, () =>
    Array.from({ length: draw(24) }, () => alphabet[draw(alphabet.length)]!).join(''),
  );
}

const texts = [...naughty, ...drawTexts(1_000)];

describe('foldWithOffsets', () => {
  it('agrees with fold on every text', () => {
    for (const text of texts) expect([text, foldWithOffsets(text).folded]).toEqual([text, fold(text)]);
  });

  it('never goes backwards, and ends at the end of the original', () => {
    for (const text of texts) {
      const { folded, offsets } = foldWithOffsets(text);
      expect(offsets).toHaveLength(folded.length + 1);
      expect(offsets.at(-1)).toBe(text.length);
      for (let at = 1; at < offsets.length; at++) expect(offsets[at]).toBeGreaterThanOrEqual(offsets[at - 1]!);
    }
  });

  it('gives back whole original words', () => {
    const cases: [text: string, word: string, original: string][] = [
      ['قال مُحَمَّدٌ نعم', 'محمد', 'مُحَمَّدٌ'],
      ['البرنــامج', 'البرنامج', 'البرنــامج'],
      ['قبل ﷺ بعد', 'الله', 'ﷺ'],
      ['die Straße', 'strasse', 'Straße'],
      ['un cafe\u0301!', 'cafe', 'cafe\u0301'],
      ['x 𝐌𝐞 y', 'me', '𝐌𝐞'],
      ['ﻻعب', 'ا', 'ﻻ'],
      ['a ｶﾞｷ b', 'ガ', 'ｶﾞ'],
    ];
    for (const [text, word, original] of cases) {
      const folded = foldWithOffsets(text);
      const at = folded.folded.indexOf(word);
      expect(text.slice(...findOriginalRange(folded, at, at + word.length))).toBe(original);
    }
  });

  it('leaves directional marks around a word outside its range', () => {
    const folded = foldWithOffsets('\u202bكتابٌ\u202c');
    expect(findOriginalRange(folded, 0, 4)).toEqual([1, 6]);
  });

  it('gives an empty range for nothing', () => {
    expect(findOriginalRange(foldWithOffsets('abc'), 1, 1)).toEqual([1, 1]);
    expect(findOriginalRange(foldWithOffsets(''), 0, 0)).toEqual([0, 0]);
  });
});

describe('fold, on any text', () => {
  it('changes nothing the second time', () => {
    for (const text of texts) expect([text, fold(fold(text))]).toEqual([text, fold(text)]);
  });

  it('is the same for composed and decomposed text', () => {
    for (const text of texts) {
      expect([text, fold(text.normalize('NFD'))]).toEqual([text, fold(text)]);
      expect([text, fold(text.normalize('NFC'))]).toEqual([text, fold(text)]);
    }
  });

  it('gives well-formed text', () => {
    for (const text of texts) expect(fold(text).isWellFormed()).toBe(true);
  });
});

describe('tokenize, on any text', () => {
  it('gives ranges in order that never part a surrogate pair or a letter from its marks', () => {
    for (const text of texts) {
      let start = 0;
      let end = 0;
      for (const token of tokenize(text)) {
        // Not always after the last one's end: ﷺ is four words in one character.
        expect(token.start).toBeGreaterThanOrEqual(start);
        expect(token.end).toBeGreaterThanOrEqual(end);
        expect(token.end).toBeGreaterThan(token.start);
        expect(
          /^[\udc00-\udfff]/.test(text.slice(token.end)) && /[\ud800-\udbff]$/.test(text.slice(0, token.end)),
        ).toBe(false);
        expect(/^[\u064b-\u0652\u0301]/.test(text.slice(token.end))).toBe(false);
        ({ start, end } = token);
      }
    }
  });
});
