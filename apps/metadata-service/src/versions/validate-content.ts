import { type FieldError, maximumDescription, MetadataVersion } from '@mediamesh/contracts';
import { fieldErrors, pointerOf } from '@mediamesh/http';
import sanitizeHtml from 'sanitize-html';

/** A version whose content nobody has checked yet. */
export type ProposedVersion = Pick<MetadataVersion, 'id' | 'kind' | 'subjectId'> & { readonly content?: unknown };
export type Validation = { readonly version: MetadataVersion } | { readonly errors: FieldError[] };

type Content = MetadataVersion['content'];

/** A version as it will be kept, or what is wrong with its content, as pointers into it. */
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

/** What a description may hold: paragraphs, lists and links that leave the page safely. */
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

/**
 * A description as the public may see it: an HTML fragment of `p ol ul li a[href]`. Doing it again changes nothing, so
 * that an editor who saves what was read back changes nothing either.
 */
function sanitizeDescription(html: string): string {
  let clean = html.normalize('NFC');
  // what one pass uncovers, the next removes; real text settles in two
  for (let pass = 0; pass < 5; pass++) {
    const next = tidy(sanitizeHtml(clean, strict));
    if (next === clean) return clean;
    clean = next;
  }
  return sanitizeHtml(clean, { allowedTags: [], allowedAttributes: {} }).trim();
}

const tidy = (html: string): string => html.replace(/<p>\s*<\/p>/g, '').trim();
