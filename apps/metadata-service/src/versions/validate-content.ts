import { EpisodeContent, type FieldError, maximumDescription, ProgramContent } from '@mediamesh/contracts';
import { fieldErrors, pointerOf } from '@mediamesh/http';
import { sanitizeDescription } from './sanitize-description.js';

export type Content = ProgramContent | EpisodeContent;
export type Validated = { readonly content: Content } | { readonly errors: readonly FieldError[] };

/** Content as it will be kept, or what is wrong with it, as pointers into it. */
export function validateContent(
  kind: 'program' | 'episode',
  value: unknown,
  categories: ReadonlySet<string>,
): Validated {
  const parsed = (kind === 'program' ? ProgramContent : EpisodeContent).safeParse(value, { reportInput: true });
  if (!parsed.success) return { errors: fieldErrors(parsed.error.issues) };
  const content = { ...parsed.data, localizations: sanitizeTexts(parsed.data.localizations) };
  const errors = [...unknownCategory(content, categories), ...repeatedTags(content), ...longDescriptions(content)];
  return errors.length > 0 ? { errors } : { content };
}

function sanitizeTexts(localizations: Content['localizations']): Content['localizations'] {
  return Object.fromEntries(
    Object.entries(localizations).map(([language, { description, ...rest }]) => [
      language,
      description === undefined ? rest : { ...rest, description: sanitizeDescription(description) },
    ]),
  );
}

function unknownCategory(content: Content, categories: ReadonlySet<string>): FieldError[] {
  const category = 'category' in content ? content.category : undefined;
  return category === undefined || categories.has(category) ? [] : [{ pointer: '/category', code: 'category.unknown' }];
}

const repeatedTags = ({ tags }: Content): FieldError[] =>
  tags.flatMap((tag, index) =>
    tags.indexOf(tag) === index ? [] : [{ pointer: `/tags/${index}`, code: 'field.duplicate' }],
  );

/** Escaping may lengthen what was just short enough. */
const longDescriptions = ({ localizations }: Content): FieldError[] =>
  Object.entries(localizations).flatMap(([language, { description = '' }]) =>
    description.length > maximumDescription
      ? [
          {
            pointer: pointerOf(['localizations', language, 'description']),
            code: 'field.too_long',
            values: { maximum: maximumDescription },
          },
        ]
      : [],
  );
