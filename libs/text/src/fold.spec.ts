import { describe, expect, it } from '@jest/globals';
import { fold } from './fold.js';

const same: readonly (readonly [rule: string, one: string, other: string])[] = [
  ['presentation forms are ordinary letters', 'ﻻ', 'لا'],
  ['a ligature is its letters', 'ﷲ', 'الله'],
  ['a ligature of a phrase is its words', 'ﷺ', 'صلى الله عليه وسلم'],
  ['harakat as presentation forms bring no space', 'مﹷحمد', 'محمد'],
  ['harakat do not count', 'مُحَمَّد', 'محمد'],
  ['the superscript alef does not count', 'هٰذا', 'هذا'],
  ['Quranic marks do not count', 'ٱلرَّحۡمَٰنِ', 'الرحمن'],
  ['tatweel does not count', 'البرنــامج', 'البرنامج'],
  ['alef wasla is alef', 'ٱلله', 'الله'],
  ['alef with hamza is alef', 'أحمد', 'احمد'],
  ['alef with hamza below is alef', 'إسلام', 'اسلام'],
  ['alef with madda is alef', 'آمال', 'امال'],
  ['alef and a combining hamza are alef', 'ا\u0654حمد', 'احمد'],
  ['rare forms of alef are alef', 'ٲٳٵ', 'ااا'],
  ['alef maksura is yeh', 'الدورى', 'الدوري'],
  ['alef maksura is yeh at the end of a name', 'على', 'علي'],
  ['alef maksura is yeh in a borrowed word', 'مستشفى', 'مستشفي'],
  ['the Persian keheh and yeh are kaf and yeh', 'کتابی', 'كتابي'],
  ['the heh of other keyboards is heh', 'ہھۂەۀ', 'ههههه'],
  ['teh marbuta is heh', 'مدرسة', 'مدرسه'],
  ['hamza on waw is waw', 'مؤتمر', 'موتمر'],
  ['hamza on yeh is yeh', 'رئيس', 'رييس'],
  ['both spellings of a hamza before waw are one', 'مسؤول', 'مسئول'],
  ['a hamza left out before waw is the same word', 'مسؤول', 'مسوول'],
  ['a bare hamza before waw is the same word', 'رؤوس', 'رءوس'],
  ['marks between a hamza and a waw do not part them', 'شُئُون', 'شؤون'],
  ['a decomposed hamza before waw is the same word', 'مسي\u0654ول', 'مسؤول'],
  ['a hamza of presentation form is the same word', 'مسﺌول', 'مسؤول'],
  ['Arabic-Indic digits are digits', '١٢', '12'],
  ['Persian digits are digits', '۱۲', '12'],
  ['full-width digits and letters are digits and letters', 'ＡＢ１２', 'ab12'],
  ['Arabic punctuation is punctuation', '٪ ، ؛ ؟ ٫ ٬', '% , ; ? . ,'],
  ['typographic quotes are quotes', '“don’t”', '"don\'t"'],
  ['a bidi mark inside a word does not count', 'بود\u200fكاست', 'بودكاست'],
  ['a joiner inside a word does not count', 'می\u200cخواهم', 'ميخواهم'],
  ['isolates and embeddings do not count', '\u2067بود\u2069\u202bكاست\u202c', 'بودكاست'],
  ['a soft hyphen does not count', 'pod\u00adcast', 'podcast'],
  ['a byte order mark does not count', '\ufeffpodcast', 'podcast'],
  ['control characters do not count', 'pod\0\u0007cast', 'podcast'],
  ['line ends and hard spaces are spaces', 'a\n\t\u00a0\u2028b', 'a    b'],
  ['case does not count', 'PODCAST', 'podcast'],
  ['the Turkish dotted capital is i in every locale', 'İSTANBUL', 'istanbul'],
  ['the Turkish dotless letter is i', 'ığdır', 'igdir'],
  ['sharp s is ss', 'Straße', 'STRASSE'],
  ['capital sharp s is ss', 'STRAẞE', 'strasse'],
  ['accents do not count', 'El patrón', 'el patron'],
  ['accents do not count at the end', '90 Day Fiancé', '90 day fiance'],
  ['accents do not count anywhere', 'Düğün Dernek', 'dugun dernek'],
  ['letters with strokes are their letters', 'Øre Łódź Đorđe Ħal', 'ore lodz dorde hal'],
  ['ligatures are two letters', 'Æon Œuvre ﬁlm Þór', 'aeon oeuvre film thor'],
  ['Greek loses accents and the final sigma', 'Ὀδυσσεύς', 'οδυσσευσ'],
  ['mathematical letters are letters', '𝐌𝐞𝐝𝐢𝐚', 'media'],
  ['half-width katakana are katakana', 'ｶﾞ', 'ガ'],
  ['a decomposed kana is the composed one', 'か\u3099', 'が'],
  ['a mark between kana and its sound mark changes nothing', 'か\u0301\u3099', 'が'],
  ['decomposed Hangul is Hangul', '한글'.normalize('NFD'), '한글'],
  ['a variation selector does not count', '❤\ufe0f', '❤'],
];

const different: readonly (readonly [rule: string, one: string, other: string])[] = [
  ['letters of one shape and other dots', 'بيت', 'بنت'],
  ['a hamza by itself is a letter', 'ماء', 'ما'],
  ['a hamza on yeh elsewhere is no waw', 'رئيس', 'روس'],
  ['a waw of the next word does not reach back', 'شيء واحد', 'شيو واحد'],
  ['the article stays', 'البرنامج', 'برنامج'],
  ['borrowed letters stay', 'ڤيديو', 'فيديو'],
];

describe('fold', () => {
  it.each(same)('%s: %s = %s', (_rule, one, other) => expect(fold(one)).toBe(fold(other)));

  it.each(different)('keeps apart: %s', (_rule, one, other) => expect(fold(one)).not.toBe(fold(other)));

  it('gives exactly the key that is stored', () => {
    expect(fold('أهلاً، بالعالَم! Ａ ١٢٫٥٪ Café')).toBe('اهلا, بالعالم! a 12.5% cafe');
  });

  it('replaces a lone surrogate and never parts a pair', () => {
    expect(fold('a\ud800b')).toBe('a\ufffdb');
    expect(fold('\udc00')).toBe('\ufffd');
    expect(fold('😀ب')).toBe('😀ب');
  });

  it('makes room for text that grows', () => {
    expect(fold('ﷺ'.repeat(500))).toBe('صلي الله عليه وسلم'.repeat(500));
    expect(fold(`${'ß'.repeat(99)}x`)).toBe(`${'ss'.repeat(99)}x`);
  });
});
