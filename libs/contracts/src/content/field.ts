import { z } from 'zod';

/**
 * Who sees a field, and under which name.
 *
 * - `always`: the public document and view contain it as it is read.
 * - `added`: the same, but older documents lack it. Every new field is `added`.
 * - `{ as }`: the document has a value derived from it, under this name.
 * - `never`: only editors see it.
 */
type Publicity = 'always' | 'added' | 'never' | { readonly as: string };

export interface Field {
  /** The schema of input, with its limits. */
  readonly kept: z.ZodType;
  /** The schema in a patch; `null` empties the field. */
  readonly patch: z.ZodType;
  /** The schema of output. */
  readonly read: z.ZodType;
  /** The output of a field without a value. */
  readonly empty: unknown;
  readonly public: Publicity;
}
export type Fields = Readonly<Record<string, Field>>;

/** `read` has the same type as `kept`, without limits. */
type Row<K extends z.ZodType, R extends z.ZodType<z.output<K>>, P extends Publicity> = Readonly<{
  kept: K;
  read: R;
  public: P;
}>;

export const required = <K extends z.ZodType, R extends z.ZodType<z.output<K>>, const P extends Publicity>(
  row: Row<K, R, P>,
) => ({ ...row, patch: row.kept.optional(), empty: null });

/** A field that may be empty. */
export const optional = <K extends z.ZodType, R extends z.ZodType<z.output<K>>, const P extends Publicity>(
  row: Row<K, R, P>,
) => ({ ...row, kept: row.kept.optional(), patch: row.kept.nullish(), read: row.read.nullable(), empty: null });

/** A field with a default value. */
export const defaulted = <K extends z.ZodType, R extends z.ZodType<z.output<K>>, const P extends Publicity>(
  value: z.core.util.NoUndefined<z.output<K>>,
  row: Row<K, R, P>,
) => ({ ...row, kept: row.kept.default(value), patch: row.kept.nullish(), empty: value });

/** An optional text in each language. */
export const localized = <K extends z.ZodType<string>, const P extends Publicity>(
  row: Readonly<{ kept: K; public: P }>,
) => ({ ...row, kept: row.kept.optional(), patch: row.kept.nullish(), read: z.string(), empty: '' });

/** The names of public fields that are not derived. */
type Public<F extends Fields> = { [N in keyof F]: F[N]['public'] extends 'always' | 'added' ? N : never }[keyof F];
type Values<F extends Fields, N extends keyof F> = { [M in N]: z.output<F[M]['read']> };

const forEach = (fields: Fields, make: (field: Field, name: string) => unknown) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, make(field, name)]));

const publicOf = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(([, field]) => ['always', 'added'].includes(field.public as string)),
  );

export const columnOf = <F extends Fields, C extends 'kept' | 'patch' | 'read'>(fields: F, column: C) =>
  forEach(fields, (field) => field[column]) as { [N in keyof F]: F[N][C] };

/** The schema shape of the public view. */
export const viewOf = <F extends Fields>(fields: F) =>
  forEach(publicOf(fields), ({ read }) => read) as { [N in Public<F>]: F[N]['read'] };

/** The schema shape of the public document. */
export const documentOf = <F extends Fields>(fields: F) =>
  forEach(publicOf(fields), (field) => (field.public === 'added' ? field.read.optional() : field.read)) as {
    [N in Public<F>]: F[N]['public'] extends 'added' ? z.ZodOptional<F[N]['read']> : F[N]['read'];
  };

/** The derived fields that a public document must also have, by the names in the table. */
export type Made<F extends Fields> = Record<string, z.ZodType> & {
  [N in keyof F as F[N]['public'] extends { readonly as: infer A extends string } ? A : never]: z.ZodType;
};

/**
 * Makes a function that reads the output for editors from content, with the empty value of each missing field. The rows
 * are listed once for all calls: a page of the public calls it for each of its items.
 */
export const readerOf = <F extends Fields>(fields: F) => {
  const rows = Object.entries(fields).map(([name, { empty }]) => [name, empty] as const);
  return (content: { readonly [N in keyof F]?: z.output<F[N]['kept']> }) => {
    const values: Record<string, unknown> = {};
    for (const [name, empty] of rows) values[name] = content[name] ?? empty;
    return values as Values<F, keyof F>;
  };
};

/** The same for the public output: from content for the document, or from a document for the view. */
export const publicReaderOf = <F extends Fields>(fields: F) =>
  readerOf(publicOf(fields)) as (from: {
    readonly [N in Public<F>]?: z.output<F[N]['kept']> | z.output<F[N]['read']>;
  }) => Values<F, Public<F>>;
