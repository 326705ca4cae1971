import { stemmer } from 'stemmer';
import { findBaseForm } from './synonyms.js';

/** The Porter stem of a folded Latin word. Words shorter than three letters or not only of a–z stay as they are. */
export function stemEnglish(folded: string): string {
  if (folded.length < 3 || !/^[a-z]+$/.test(folded)) return folded;
  return stemmer(unifySpelling(findBaseForm(folded) ?? folded));
}

/** Unifies British and American spellings: colour, organise, theatre. */
function unifySpelling(word: string): string {
  if (word.length < 6) return word;
  return word
    .replace(/^([a-z]{3,})our/, '$1or')
    .replace(/(?<=[a-z]{3}[iy])s(e|es|ed|er|ers|ing|ation|ations)$/, 'z$1')
    .replace(/tre(s?)$/, 'ter$1')
    .replace(/tred$/, 'tered');
}
