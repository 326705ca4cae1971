import { canonicalLanguage } from '@mediamesh/text';
import type { SourceContent } from '../sources/source-content.js';

const sampleOfTitles = 50;

/** The declared language if valid, otherwise the language that the titles are written in. */
export function languageOf({ program, items }: Pick<SourceContent, 'program' | 'items'>): string {
  const titles = items.slice(0, sampleOfTitles).map(({ item }) => item.title);
  const said = program.language === undefined ? undefined : canonicalLanguage(program.language);
  return said ?? languageOfScript([program.title, ...titles].join(' '));
}

function languageOfScript(text: string): 'ar' | 'en' {
  const count = (script: RegExp): number => text.match(script)?.length ?? 0;
  return count(/\p{Script=Arabic}/gu) > count(/\p{Script=Latin}/gu) ? 'ar' : 'en';
}
