import {
  type Category,
  type ErrorCode,
  maximumDescription,
  maximumSubtitle,
  maximumTitle,
  ProgramContent,
  Refusal,
} from '@mediamesh/contracts';
import { plainText, truncate } from '@mediamesh/text';
import type { SourceProgram, SourceTexts } from '../sources/source-content.js';
import { chooseCategory } from './category-choice.js';
import { cutHtml, type Draft, fitContent } from './fit-content.js';
import { warningCode } from './warning-codes.js';

/** The content for cms-service, and a code for each part left out. @throws Refusal `run.program_refused` */
export function toProgramContent(
  program: SourceProgram,
  language: string,
  categories: readonly Category[],
): { content: ProgramContent; codes: string[] } {
  const { category, rest } = chooseCategory(program.categories, categories);
  const draft: Draft = {
    type: 'podcast',
    defaultLanguage: language,
    localizations: { [language]: textsOf(program) },
    category,
    tags: tagsOf(rest),
    explicit: program.explicit ?? false,
    people: peopleOf(program),
    link: program.link,
    order: program.type === 'serial' ? 'serial' : 'newest_first',
  };
  const { content, notes } = fitContent(ProgramContent, draft);
  const codes = [...codesOfCuts('feed', program), ...notes.map((note) => warningCode('feed', note))];
  return { content: requireProgramContent(content), codes };
}

/** @throws Refusal `run.program_refused` */
export function requireProgramContent(draft: Draft): ProgramContent {
  const parsed = ProgramContent.safeParse(draft);
  if (!parsed.success) throw new Refusal('invalid', 'run.program_refused', { cause: parsed.error });
  return parsed.data;
}

/** Limits in characters, and how to shorten a longer text. */
const limits: { readonly [N in keyof Required<SourceTexts>]: Readonly<{ maximum: number; fit: typeof fitLine }> } = {
  title: { maximum: maximumTitle, fit: fitLine },
  subtitle: { maximum: maximumSubtitle, fit: fitLine },
  description: { maximum: maximumDescription, fit: cutHtml },
};

export const textsOf = (said: SourceTexts): SourceTexts =>
  Object.fromEntries(
    textNames
      .map((name) => [name, limits[name].fit(said[name] ?? '', limits[name].maximum)])
      .filter(([, text]) => text),
  );

export const codesOfCuts = (about: 'feed' | 'item', said: SourceTexts): ErrorCode[] =>
  textNames
    .filter((name) => (said[name] ?? '').length > limits[name].maximum)
    .map((name) => `${about}.${name}_cut` as const);

const textNames = Object.keys(limits) as (keyof SourceTexts)[];

function fitLine(text: string, maximum: number): string {
  return plainText(truncate(text, maximum));
}

/** The people of a program or item; the author when no people are named. */
export function peopleOf({
  people,
  author,
}: {
  people: SourceProgram['people'];
  author?: string;
}): { name: string; role: string }[] {
  const named = people.map(({ name, role }) => ({ name: plainText(name), role: plainText(role) || 'host' }));
  const all = named.length > 0 || author === undefined ? named : [{ name: plainText(author), role: 'author' }];
  return all.filter(({ name }) => name !== '');
}

const maximumTags = 50;
const maximumTagLength = 60;

/** Plain, distinct tags. Those that are too long are dropped. */
export const tagsOf = (categories: readonly string[]): string[] =>
  [...new Set(categories.map(plainText))]
    .filter((tag) => tag !== '' && tag.length <= maximumTagLength)
    .slice(0, maximumTags);
