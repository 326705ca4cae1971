import { type FieldError, maximumDescription, MetadataVersion } from '@mediamesh/contracts';
import { fieldErrors, pointerOf } from '@mediamesh/http';
import { sanitizeDescription } from './sanitize-description.js';

/** A version whose content nobody has checked yet. */
export type ProposedVersion = Pick<MetadataVersion, 'id' | 'kind' | 'subjectId'> & { readonly content?: unknown };
export type Validated = { readonly version: MetadataVersion } | { readonly errors: readonly FieldError[] };

type Content = MetadataVersion['content'];

/** A version as it will be kept, or what is wrong with its content, as pointers into it. */
export function validateContent(proposed: ProposedVersion, categories: ReadonlySet<string>): Validated {
  const parsed = MetadataVersion.safeParse(proposed, { reportInput: true });
  if (!parsed.success)
    return { errors: fieldErrors(parsed.error.issues.map((issue) => ({ ...issue, path: issue.path.slice(1) }))) };
  const version = parsed.data;
  sanitizeTexts(version.content);
  const errors = [
    ...unknownCategory(version, categories),
    ...repeatedTags(version.content),
    ...longDescriptions(version.content),
  ];
  return errors.length > 0 ? { errors } : { version };
}

function sanitizeTexts({ localizations }: Content): void {
  for (const localization of Object.values(localizations))
    if (localization.description !== undefined)
      localization.description = sanitizeDescription(localization.description);
}

function unknownCategory({ kind, content }: MetadataVersion, categories: ReadonlySet<string>): FieldError[] {
  const category = kind === 'program' ? content.category : undefined;
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
