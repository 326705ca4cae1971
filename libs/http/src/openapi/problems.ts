import {
  type ErrorCode,
  type FieldError,
  messages,
  Refusal,
  type RefusalKind,
  refusalKinds,
} from '@mediamesh/contracts';
import { createContext, runInContext } from '@mediamesh/observability';
import { type Problem, problemOf } from '../problem.js';
import type { DocumentedRefusal } from './refusals.js';
import type { JsonSchema } from './schemas.js';

/** Refusals that any request may get. */
const anyRefusals: [RefusalKind, ErrorCode][] = [
  ['malformed', 'request.malformed'],
  ['notFound', 'request.not_found'],
  ['methodNotAllowed', 'request.method_not_allowed'],
  ['notAcceptable', 'request.not_acceptable'],
  ['timeout', 'request.timeout'],
  ['uriTooLong', 'request.uri_too_long'],
  ['headersTooLarge', 'request.headers_too_large'],
  ['internal', 'request.internal'],
];

/** Values for the placeholders of example messages. */
const sampleValues = { maximum: 500, minimum: 12, expected: 'string', options: 'draft, published', retryAfter: 7 };
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
type Language = 'ar' | 'en';

/** Problems as responses. Those that do not depend on the operation become components; examples always do. */
export class ProblemComponents {
  readonly examples: Record<string, { readonly value: Problem }> = {};
  readonly responses: Record<string, JsonSchema> = {};

  constructor() {
    const codes = anyRefusals.map(([, code]) => code);
    const examples = anyRefusals.map(([kind, code]) => this.referToExamples(kind, code));
    this.responses['AnyProblem'] = writeResponse('Any request', codes, [], examples);
  }

  describe(refusals: readonly DocumentedRefusal[], address: string): Record<string, JsonSchema> {
    return Object.fromEntries(
      refusals.map(({ kind, codes, errors }) => {
        const { status } = refusalKinds[kind];
        const within = [...new Set(errors.map(({ code }) => code))];
        if (kind !== 'invalid') return [status, this.referToResponse(kind, codes, within)];
        const examples = codes.map((code) =>
          code === 'request.invalid' ? invalidExamples(errors, address) : this.referToExamples(kind, code),
        );
        return [status, writeResponse('`code`', codes, within, examples)];
      }),
    );
  }

  private referToResponse(kind: RefusalKind, codes: readonly ErrorCode[], within: readonly ErrorCode[]): JsonSchema {
    const name = [refusalKinds[kind].status, ...codes].join('.');
    const examples = codes.map((code) => this.referToExamples(kind, code));
    this.responses[name] ??= writeResponse('`code`', codes, within, examples);
    return { $ref: `#/components/responses/${name}` };
  }

  private referToExamples(kind: RefusalKind, code: ErrorCode): JsonSchema {
    return inLanguages(code, (language) => {
      const name = `${refusalKinds[kind].status}.${code}.${language}`;
      const values = valuesOf(code);
      const refusal = new Refusal(kind, code, Object.keys(values).length > 0 ? { values } : {});
      this.examples[name] = { value: writeProblem(refusal, '/api/v1/…', language) };
      return { $ref: `#/components/examples/${name}` };
    });
  }
}

export const listCodes = (heading: string, codes: readonly ErrorCode[]): string =>
  [`${heading}:`, '', ...codes.map((code) => `- \`${code}\` ${messages[code].en.replace(/\{\w+\}/g, '…')}`)].join('\n');

function writeResponse(
  heading: string,
  codes: readonly ErrorCode[],
  within: readonly ErrorCode[],
  examples: readonly JsonSchema[],
): JsonSchema {
  const lists = [listCodes(heading, codes), ...(within.length > 0 ? [listCodes('In `errors`', within)] : [])];
  const errors = { type: 'array', items: { type: 'object', properties: { code: { enum: within } } } };
  const known = { properties: { code: { enum: codes }, ...(within.length > 0 && { errors }) } };
  return {
    description: lists.join('\n\n'),
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, known] },
        examples: Object.assign({}, ...examples) as JsonSchema,
      },
    },
  };
}

/** Example with two invalid fields, preferring errors specific to the operation. */
function invalidExamples(fields: readonly FieldError[], address: string): JsonSchema {
  const weight = ({ code }: FieldError): number => (code === 'field.required' ? 1 : code.startsWith('field.') ? 2 : 0);
  const byPointer = new Map([...fields].sort((a, b) => weight(b) - weight(a)).map((one) => [one.pointer, one]));
  const errors = [...byPointer.values()].sort((a, b) => weight(a) - weight(b)).slice(0, 2);
  const refusal = new Refusal('invalid', 'request.invalid', { errors });
  return inLanguages('request.invalid', (language) => ({ value: writeProblem(refusal, address, language) }));
}

const inLanguages = (code: ErrorCode, write: (language: Language) => JsonSchema): JsonSchema => ({
  [`${code}, in English`]: write('en'),
  [`${code}, بالعربية`]: write('ar'),
});

const writeProblem = (refusal: Refusal, address: string, language: Language): Problem => ({
  ...runInContext(createContext({ acceptLanguage: language }), () => problemOf(refusal, address)),
  traceId,
});

/** Sample values for the placeholders of a message. */
const valuesOf = (code: ErrorCode): Record<string, string | number> =>
  Object.fromEntries(Object.entries(sampleValues).filter(([name]) => messages[code].en.includes(`{${name}}`)));

const text = { type: 'string' };
const values = { type: 'object', additionalProperties: { type: ['string', 'number'] } };

/** RFC 9457, as in {@link Problem}. */
export const problemSchema: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    detail: text,
    instance: text,
    code: text,
    traceId: text,
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'message'],
        properties: { pointer: text, code: text, message: text, values },
      },
    },
    values,
  },
};
