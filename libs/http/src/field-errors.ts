import { type ErrorCode, type FieldError, isErrorCode } from '@mediamesh/contracts';
import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Maps Zod issues to at most 50 field errors, each with a JSON Pointer (RFC 6901) below `prefix`. */
export function fieldErrors(issues: readonly Issue[], prefix = ''): FieldError[] {
  return issues.flatMap((issue) => errorsOf(issue, prefix)).slice(0, 50);
}

/** `['a', 0, 'b/c']` below `/body` is `/body/a/0/b~1c`. */
export const pointerOf = (path: readonly PropertyKey[], prefix = ''): string =>
  prefix + path.map((part) => `/${String(part).slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function errorsOf(issue: Issue, prefix: string): FieldError[] {
  const pointer = pointerOf(issue.path, prefix);
  const error = (code: ErrorCode, values?: FieldError['values']): FieldError[] => [
    values ? { pointer, code, values } : { pointer, code },
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key], prefix), code: 'field.unknown' }));
    case 'invalid_type':
      return issue.input === undefined ? error('field.required') : error('field.type', { expected: issue.expected });
    case 'too_big':
      return error(measuresLength(issue.origin) ? 'field.too_long' : 'field.too_big', {
        maximum: Number(issue.maximum),
      });
    case 'too_small':
      return error(measuresLength(issue.origin) ? 'field.too_short' : 'field.too_small', {
        minimum: Number(issue.minimum),
      });
    case 'invalid_value':
      return issue.input === undefined
        ? error('field.required')
        : error('field.not_one_of', { options: issue.values.map(String).join(', ') });
    case 'custom':
      return error(codeOf(issue.params));
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues
        .slice(0, 1)
        .flatMap((inner) => (inner.code === 'custom' ? error(codeOf(inner.params)) : error('field.invalid')));
    case 'invalid_union':
      return issue.input === undefined ? error('field.required') : error('field.invalid');
    default:
      return error('field.invalid');
  }
}

const measuresLength = (origin: string): boolean =>
  origin === 'string' || origin === 'array' || origin === 'set' || origin === 'file';

function codeOf(params: Record<string, unknown> | undefined): ErrorCode {
  const code = params?.['code'];
  return isErrorCode(code) ? code : 'field.invalid';
}
