import { canonicalLanguage } from '@mediamesh/text';
import type { ParsedFeed } from '../sources/source-content.js';

const sampleOfTitles = 50;

/** The language a feed says it is in; where it says none that is one, the language its titles are written in. */
export function languageOf({ language, title, items }: Pick<ParsedFeed, 'language' | 'title' | 'items'>): string {
  const said = language === undefined ? undefined : canonicalLanguage(language);
  return said ?? languageOfScript([title, ...items.slice(0, sampleOfTitles).map((item) => item.title)].join(' '));
}

/** Arabic where more letters are Arabic than Latin, English otherwise. */
function languageOfScript(text: string): 'ar' | 'en' {
  const count = (script: RegExp): number => text.match(script)?.length ?? 0;
  return count(/\p{Script=Arabic}/gu) > count(/\p{Script=Latin}/gu) ? 'ar' : 'en';
}
