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

/**
 * What a source says of its program, as the contract has it, with a code for all that had to be left out.
 * @throws Refusal `run.program_refused`
 */
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

/** How many characters each text may have, and what is kept of a longer one. */
const limits: { readonly [N in keyof Required<SourceTexts>]: Readonly<{ maximum: number; fit: typeof fitLine }> } = {
  title: { maximum: maximumTitle, fit: fitLine },
  subtitle: { maximum: maximumSubtitle, fit: fitLine },
  description: { maximum: maximumDescription, fit: cutHtml },
};

/** The texts of a source within their limits, those that are empty left out. */
export const textsOf = (said: SourceTexts): SourceTexts =>
  Object.fromEntries(
    textNames
      .map((name) => [name, limits[name].fit(said[name] ?? '', limits[name].maximum)])
      .filter(([, text]) => text),
  );

/** A code for each text that is longer than may be kept. */
export const codesOfCuts = (about: 'feed' | 'item', said: SourceTexts): ErrorCode[] =>
  textNames
    .filter((name) => (said[name] ?? '').length > limits[name].maximum)
    .map((name) => `${about}.${name}_cut` as const);

const textNames = Object.keys(limits) as (keyof SourceTexts)[];

function fitLine(text: string, maximum: number): string {
  return plainText(truncate(text, maximum));
}

/** The people a source names; the author stands for them where it names none. */
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

/** Categories that are none of ours become tags, each once; what is too long to be one is left. */
export const tagsOf = (categories: readonly string[]): string[] =>
  [...new Set(categories.map(plainText))]
    .filter((tag) => tag !== '' && tag.length <= maximumTagLength)
    .slice(0, maximumTags);
