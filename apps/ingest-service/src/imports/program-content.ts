import { type Category, maximumDescription, maximumTitle, ProgramContent, Refusal } from '@mediamesh/contracts';
import { plainText, truncate } from '@mediamesh/text';
import type { SourceProgram } from '../sources/source-content.js';
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
    ...(category !== undefined && { category }),
    tags: tagsOf(rest),
    explicit: program.explicit ?? false,
    people: peopleOf(program),
    ...(program.link !== undefined && { link: program.link }),
    order: program.type === 'serial' ? 'serial' : 'newest_first',
  };
  const { content, notes } = fitContent(ProgramContent, draft);
  const cuts = notesOnTexts(program);
  return {
    content: requireProgramContent(content),
    codes: [...cuts, ...notes].map((note) => warningCode('feed', note)),
  };
}

/** @throws Refusal `run.program_refused` */
export function requireProgramContent(draft: Draft): ProgramContent {
  const parsed = ProgramContent.safeParse(draft);
  if (!parsed.success) throw new Refusal('invalid', 'run.program_refused', { cause: parsed.error });
  return parsed.data;
}

/** Title and description within their limits. */
export function textsOf({ title, description }: { title?: string; description?: string }): {
  title?: string;
  description?: string;
} {
  const plain = title === undefined ? '' : plainText(truncate(title, maximumTitle));
  return {
    ...(plain !== '' && { title: plain }),
    ...(description !== undefined && { description: cutHtml(description, maximumDescription) }),
  };
}

export const notesOnTexts = ({ title = '', description = '' }: { title?: string; description?: string }): string[] => [
  ...(title.length > maximumTitle ? ['title_cut'] : []),
  ...(description.length > maximumDescription ? ['description_cut'] : []),
];

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
