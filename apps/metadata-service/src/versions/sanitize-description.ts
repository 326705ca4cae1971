import sanitizeHtml from 'sanitize-html';

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
export function sanitizeDescription(html: string): string {
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
