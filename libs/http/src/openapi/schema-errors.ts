import { type ErrorCode, type FieldError, isErrorCode } from '@mediamesh/contracts';
import type { z } from 'zod';
import { pointerOf } from '../field-errors.js';

interface Definition {
  readonly type: string;
  readonly checks?: readonly { readonly _zod: { readonly def: Check } }[];
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly catchall?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly keyType?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly values?: readonly unknown[];
}
interface Check {
  readonly check: string;
  readonly maximum?: number;
  readonly minimum?: number;
  readonly value?: number;
  readonly params?: { readonly code?: unknown };
  readonly path?: readonly string[];
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;

/**
 * Lists the field errors that a schema can cause, as `fieldErrors` reports them. Pointers into arrays use `0`, into
 * records `ar`.
 */
export function listFieldErrors(schema: z.core.$ZodType, pointer: string): FieldError[] {
  const definition = definitionOf(schema);
  const at = (code: ErrorCode, values?: FieldError['values']): FieldError[] => [
    { pointer, code, ...(values && { values }) },
  ];
  const { type, innerType, out, element, keyType, valueType } = definition;
  return [
    ...ownErrors(definition, at),
    ...(definition.checks ?? []).flatMap(({ _zod: { def } }) => errorOfCheck(def, pointer)),
    ...[innerType, definition.in, type === 'pipe' ? out : undefined].flatMap((inner) =>
      inner ? listFieldErrors(inner, pointer) : [],
    ),
    ...(element ? listFieldErrors(element, `${pointer}/0`) : []),
    ...(keyType ? keyErrors(keyType, `${pointer}/ar`) : []),
    ...(valueType ? listFieldErrors(valueType, `${pointer}/ar`) : []),
    ...Object.entries(definition.shape ?? {}).flatMap(([name, field]) => [
      ...(field._zod.optin === 'optional' ? [] : [{ pointer: `${pointer}/${name}`, code: 'field.required' } as const]),
      ...listFieldErrors(field, `${pointer}/${name}`),
    ]),
  ];
}

function ownErrors(
  { type, catchall, entries, values }: Definition,
  at: (code: ErrorCode, values?: FieldError['values']) => FieldError[],
) {
  switch (type) {
    case 'object':
      return [
        ...at('field.type', { expected: type }),
        ...(catchall && definitionOf(catchall).type === 'never' ? at('field.unknown') : []),
      ];
    case 'string':
    case 'number':
    case 'boolean':
    case 'array':
    case 'record':
      return at('field.type', { expected: type });
    case 'enum':
      return at('field.not_one_of', { options: Object.values(entries ?? {}).join(', ') });
    case 'literal':
      return at('field.not_one_of', { options: (values ?? []).join(', ') });
    case 'union':
      return at('field.invalid');
    default:
      return [];
  }
}

function errorOfCheck(
  { check, maximum = 0, minimum = 0, value = 0, params, path = [] }: Check,
  pointer: string,
): FieldError[] {
  switch (check) {
    case 'max_length':
      return [{ pointer, code: 'field.too_long', values: { maximum } }];
    case 'min_length':
      return [{ pointer, code: 'field.too_short', values: { minimum } }];
    case 'less_than':
      return [{ pointer, code: 'field.too_big', values: { maximum: value } }];
    case 'greater_than':
      return [{ pointer, code: 'field.too_small', values: { minimum: value } }];
    case 'string_format':
      return [{ pointer, code: 'field.invalid' }];
    case 'custom':
      return [{ pointer: pointerOf(path, pointer), code: isErrorCode(params?.code) ? params.code : 'field.invalid' }];
    default:
      return [];
  }
}

/** An invalid key has the code of its refinement; see `errorsOf` in field-errors.ts. */
const keyErrors = (key: z.core.$ZodType, pointer: string): FieldError[] => {
  const told = listFieldErrors(key, pointer).filter(({ code }) => !code.startsWith('field.'));
  return [...told, { pointer, code: 'field.invalid' }];
};
