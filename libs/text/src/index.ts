export { fold } from './fold.js';
export { findOriginalRange, type FoldedText, foldWithOffsets } from './offsets.js';
export type { Script } from './words.js';
export {
  analyze,
  type Analysis,
  analyzeQuery,
  createStemmer,
  normalizeTitle,
  PAIR_JOINER,
  splitGrams,
  type Stemmer,
  stemWord,
  type Token,
  tokenize,
} from './tokens.js';
export { stemArabic } from './arabic-stem.js';
export { stemEnglish } from './english-stem.js';
export { isStopWord } from './stop-words.js';
export { findHighlightTerms, highlight, type HighlightOptions, type HighlightTerms } from './highlight.js';
export {
  decodeSlug,
  foldSlug,
  isReservedSlug,
  isSlug,
  numberSlug,
  RESERVED_SLUGS,
  slugify,
  type SlugLimits,
} from './slug.js';
export { canonicalLanguage, direction, lookupLanguage, parseAcceptLanguage } from './language.js';
export { decodeEntities, escapeHtml, stripHtml } from './html.js';
export { foldDigits, hasForbiddenCharacters, plainText, removeForbiddenCharacters, truncate } from './plain-text.js';
export { formatNumber, type Numerals, pluralize, type PluralForms } from './plural.js';
export { highlightTyped, readTyped, type TypedWords, withoutArticle, wordKeys } from './beginnings.js';
export { editDistance } from './edit-distance.js';
export { isUuid } from './uuid.js';
