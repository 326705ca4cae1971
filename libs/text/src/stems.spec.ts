import { describe, expect, it } from '@jest/globals';
import { fold } from './fold.js';
import { isStopWord } from './stop-words.js';
import { createStemmer, stemWord } from './tokens.js';

const arabic = (word: string) => stemWord(fold(word), 'arabic');
const english = (word: string) => stemWord(fold(word), 'latin');

describe('the Arabic stem', () => {
  it.each([
    ['the article', 'برنامج', 'البرنامج'],
    ['the article of a borrowed word', 'بودكاست', 'البودكاست'],
    ['and the', 'برنامج', 'والبرنامج'],
    ['by the', 'برنامج', 'بالبرنامج'],
    ['for the', 'برنامج', 'للبرنامج'],
    ['and for the', 'برنامج', 'وللبرنامج'],
    ['like the', 'إعصار', 'كالإعصار'],
    ['so the', 'برنامج', 'فالبرنامج'],
    ['and', 'برنامج', 'وبرنامج'],
    ['in, before a lip sound', 'برنامج', 'ببرنامج'],
    ['in, before م', 'مدينة', 'بمدينة'],
    ['for, before ر', 'رئيس', 'لرئيس'],
    ['for, before a long م word', 'مشاهدة', 'لمشاهدة'],
    ['feminine plural', 'حلقة', 'حلقات'],
    ['feminine plural of a short word', 'لغة', 'لغات'],
    ['masculine plural', 'مهندس', 'مهندسون'],
    ['masculine plural, other case', 'مهندس', 'مهندسين'],
    ['dual', 'كتاب', 'كتابان'],
    ['feminine', 'مهندس', 'مهندسة'],
    ['adjective of a name', 'عرب', 'عربية'],
    ['adjectives of both genders', 'عربي', 'عربية'],
    ['their', 'كتاب', 'كتابهم'],
    ['her', 'كتاب', 'كتابها'],
    ['our', 'كتاب', 'كتابنا'],
    ['his, after a feminine', 'مدينة', 'مدينته'],
    ['a land and what is of it', 'أمريكا', 'أمريكي'],
    ['a land with either ending', 'سوريا', 'سورية'],
    ['a broken plural', 'برنامج', 'برامج'],
    ['a broken plural with its article', 'برنامج', 'البرامج'],
    ['another broken plural', 'الفيلم', 'وأفلام'],
    ['borrowed letters', 'ڤيديو', 'فيديو'],
    ['the seat of a last hamza', 'شيء', 'شئ'],
    ['the seat of a last hamza after a doubled letter', 'سيئ', 'سيء'],
    ['what is written onto the name of God', 'الله', 'ولله'],
    ['in front of the name of God', 'الله', 'بالله'],
  ])('takes away %s: %s = %s', (_rule, one, other) => expect(arabic(other)).toBe(arabic(one)));

  it.each([
    ['a first letter of its own', 'برنامج', 'رنامج'],
    ['a country from what is left of it', 'لبنان', 'بنان'],
    ['short names', 'علي', 'عل'],
    ['the name of God from a pronoun', 'الله', 'له'],
    ['a short word from its letters after و', 'ولد', 'لد'],
    ['different words of one root', 'كاتب', 'مكتوب'],
  ])('keeps apart %s: %s, %s', (_rule, one, other) => expect(arabic(one)).not.toBe(arabic(other)));

  it('keeps at least two letters', () => {
    for (const word of ['ال', 'الات', 'وال', 'هي', 'ها', 'ات', 'يه', 'به', 'و', 'لله', 'الله'])
      expect(arabic(word).length).toBeGreaterThanOrEqual(Math.min(2, word.length));
  });
});

describe('the English stem', () => {
  it.each([
    ['episode', 'episodes'],
    ['publish', 'publishing'],
    ['story', 'stories'],
    ['relate', 'relational'],
    ['program', 'programmes'],
    ['child', 'children'],
    ['color', 'colours'],
    ['organize', 'organising'],
    ['theater', 'theatres'],
    ['centered', 'centred'],
    ['analyze', 'analysed'],
    ['resume', 'résumés'],
  ])('brings together %s and %s', (one, other) => expect(english(other)).toBe(english(one)));

  it.each([
    ['four', 'for'],
    ['hour', 'hor'],
    ['wise', 'wize'],
    ['policy', 'police'],
  ])('keeps apart %s and %s', (one, other) => expect(english(one)).not.toBe(english(other)));

  it('leaves words with digits and short words as they are', () => {
    expect(['mp3s', 's', 'is', 'g20'].map(english)).toEqual(['mp3s', 's', 'is', 'g20']);
  });
});

describe('a stemmer that remembers', () => {
  it('gives the same stems, also after it has started afresh', () => {
    const stem = createStemmer(2);
    for (const word of ['episodes', 'stories', 'programs', 'episodes'])
      expect(stem(word, 'latin')).toBe(stemWord(word, 'latin'));
    expect(stem('حلقات', 'arabic')).toBe('حلق');
  });
});

describe('stop words', () => {
  it('are known in folded form, in both languages', () => {
    for (const word of ['إلى', 'الذي', 'في', 'أن', 'the', 'of', 'WHICH']) expect(isStopWord(fold(word))).toBe(true);
  });

  it('are never names', () => {
    for (const word of ['علي', 'على', 'أم', 'who', 'will', 'can']) expect(isStopWord(fold(word))).toBe(false);
  });
});
