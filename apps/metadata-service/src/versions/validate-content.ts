import { type FieldError, maximumDescription, MetadataVersion } from '@mediamesh/contracts';
import { fieldErrors, pointerOf } from '@mediamesh/http';
import sanitizeHtml from 'sanitize-html';

/** A version whose content is not validated yet. */
export type ProposedVersion = Pick<MetadataVersion, 'id' | 'kind' | 'subjectId'> & { readonly content?: unknown };
export type Validation = { readonly version: MetadataVersion } | { readonly errors: FieldError[] };

type Content = MetadataVersion['content'];

/** The version with sanitised texts, or its errors with JSON pointers into the content. */
export function validateContent(proposed: ProposedVersion, categories: ReadonlySet<string>): Validation {
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

/** Escaping can make a description longer than the limit that the input met. */
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

const strict: sanitizeHtml.IOptions = {
  allowedTags: ['p', 'ol', 'ul', 'li', 'a'],
  allowedAttributes: { a: ['href'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowedSchemesAppliedToAttributes: ['href'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nonTextTags: [
    'script',
    'style',
    'textarea',
    'option',
    'noscript',
    'iframe',
    'svg',
    'math',
    'template',
    'title',
    'xmp',
    'noembed',
    'noframes',
    'plaintext',
  ],
  enforceHtmlBoundary: false,
  nestingLimit: 20,
};

/** A safe HTML fragment of `p ol ul li a[href]`. Idempotent, so saving what was read back changes nothing. */
function sanitizeDescription(html: string): string {
  let clean = html.normalize('NFC');
  // removing markup can expose more markup; real texts are stable after two passes
  for (let pass = 0; pass < 5; pass++) {
    const next = tidy(sanitizeHtml(clean, strict));
    if (next === clean) return clean;
    clean = next;
  }
  return sanitizeHtml(clean, { allowedTags: [], allowedAttributes: {} }).trim();
}

const tidy = (html: string): string => html.replace(/<p>\s*<\/p>/g, '').trim();
