import type { ErrorCode } from '../errors/messages.js';

/** The kinds of refusal; the kind decides the status and the log level. */
export const refusalKinds = {
  malformed: { status: 400, level: 'info' },
  unauthenticated: { status: 401, level: 'info' },
  forbidden: { status: 403, level: 'info' },
  notFound: { status: 404, level: 'debug' },
  methodNotAllowed: { status: 405, level: 'debug' },
  notAcceptable: { status: 406, level: 'debug' },
  timeout: { status: 408, level: 'info' },
  conflict: { status: 409, level: 'info' },
  stale: { status: 412, level: 'info' },
  tooLarge: { status: 413, level: 'info' },
  uriTooLong: { status: 414, level: 'info' },
  unsupportedMediaType: { status: 415, level: 'info' },
  rangeNotSatisfiable: { status: 416, level: 'debug' },
  invalid: { status: 422, level: 'info' },
  preconditionRequired: { status: 428, level: 'info' },
  limited: { status: 429, level: 'info' },
  headersTooLarge: { status: 431, level: 'info' },
  internal: { status: 500, level: 'error' },
  unavailable: { status: 503, level: 'warn' },
} as const;
export type RefusalKind = keyof typeof refusalKinds;

/** `pointer` is a JSON Pointer (RFC 6901) into the body, or `/query/…`, `/params/…`, `/headers/…`. */
export interface FieldError {
  readonly pointer: string;
  readonly code: ErrorCode;
  readonly values?: Readonly<Record<string, string | number>>;
}

export interface RefusalOptions {
  readonly errors?: readonly FieldError[];
  /** Placeholders of the message; also logged. */
  readonly values?: Readonly<Record<string, string | number>>;
  /** In seconds, for `limited` and `unavailable`. */
  readonly retryAfter?: number;
  /** The allowed methods, for `methodNotAllowed`. */
  readonly allow?: readonly string[];
  readonly cause?: unknown;
}

/** `kind` decides the status; `code` is for machines, and selects the messages in Arabic and English. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly kind: RefusalKind,
    readonly code: ErrorCode,
    readonly options: RefusalOptions = {},
  ) {
    super(code, { cause: options.cause });
  }

  get status(): number {
    return refusalKinds[this.kind].status;
  }

  get errors(): readonly FieldError[] {
    return this.options.errors ?? [];
  }
}

const refuse =
  (kind: RefusalKind) =>
  (code: ErrorCode, options?: RefusalOptions): Refusal =>
    new Refusal(kind, code, options);

export const malformed = refuse('malformed');
export const unauthenticated = refuse('unauthenticated');
export const forbidden = refuse('forbidden');
export const notFound = refuse('notFound');
export const conflict = refuse('conflict');
export const stale = refuse('stale');
export const tooLarge = refuse('tooLarge');
export const unsupportedMediaType = refuse('unsupportedMediaType');
export const preconditionRequired = refuse('preconditionRequired');
export const limited = refuse('limited');
export const unavailable = refuse('unavailable');

/** 422 with a pointer to each invalid field. */
export const invalid = (...errors: FieldError[]): Refusal => new Refusal('invalid', 'request.invalid', { errors });
