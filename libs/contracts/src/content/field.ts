import { z } from 'zod';

/**
 * Whether the public sees a field. `always`: in the public document and the public's view, as it is read. `added`: the
 * same, but older documents lack it; so for every new field. `{ as }`: something is made of it, under this name in the
 * document. `never`: editors only.
 */
type Publicity = 'always' | 'added' | 'never' | { readonly as: string };

/** All that is known of a field. */
export interface Field {
  /** What may be said, with its limits. */
  readonly kept: z.ZodType;
  /** What a patch may say; `null` empties the field. */
  readonly patch: z.ZodType;
  /** What is answered. */
  readonly read: z.ZodType;
  /** What is answered where nothing was said. */
  readonly empty: unknown;
  readonly public: Publicity;
}
export type Fields = Readonly<Record<string, Field>>;

/** What a table says of a field. `read` is the same value as `kept`, without limits. */
type Row<K extends z.ZodType, R extends z.ZodType<z.output<K>>, P extends Publicity> = Readonly<{
  kept: K;
  read: R;
  public: P;
}>;

/** A field that is always there. */
export const required = <K extends z.ZodType, R extends z.ZodType<z.output<K>>, const P extends Publicity>(
  row: Row<K, R, P>,
) => ({ ...row, patch: row.kept.optional(), empty: null });

/** A field that may be empty. */
export const optional = <K extends z.ZodType, R extends z.ZodType<z.output<K>>, const P extends Publicity>(
  row: Row<K, R, P>,
) => ({ ...row, kept: row.kept.optional(), patch: row.kept.nullish(), read: row.read.nullable(), empty: null });

/** A field that has this value where nothing was said. */
export const defaulted = <K extends z.ZodType, R extends z.ZodType<z.output<K>>, const P extends Publicity>(
  value: z.core.util.NoUndefined<z.output<K>>,
  row: Row<K, R, P>,
) => ({ ...row, kept: row.kept.default(value), patch: row.kept.nullish(), empty: value });

/** A text that may be said in each language. */
export const localized = <K extends z.ZodType<string>, const P extends Publicity>(
  row: Readonly<{ kept: K; public: P }>,
) => ({ ...row, kept: row.kept.optional(), patch: row.kept.nullish(), read: z.string(), empty: '' });

/** The names of the fields that the public sees as they are read. */
type Public<F extends Fields> = { [N in keyof F]: F[N]['public'] extends 'always' | 'added' ? N : never }[keyof F];
type Values<F extends Fields, N extends keyof F> = { [M in N]: z.output<F[M]['read']> };

const forEach = (fields: Fields, make: (field: Field, name: string) => unknown) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, make(field, name)]));

const publicOf = (fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).filter(([, field]) => ['always', 'added'].includes(field.public as string)),
  );

/** One column of a table, as the shape of a schema. */
export const columnOf = <F extends Fields, C extends 'kept' | 'patch' | 'read'>(fields: F, column: C) =>
  forEach(fields, (field) => field[column]) as { [N in keyof F]: F[N][C] };

/** The shape of the public's view. */
export const viewOf = <F extends Fields>(fields: F) =>
  forEach(publicOf(fields), ({ read }) => read) as { [N in Public<F>]: F[N]['read'] };

/** The shape of the public document. */
export const documentOf = <F extends Fields>(fields: F) =>
  forEach(publicOf(fields), (field) => (field.public === 'added' ? field.read.optional() : field.read)) as {
    [N in Public<F>]: F[N]['public'] extends 'added' ? z.ZodOptional<F[N]['read']> : F[N]['read'];
  };

/** What a public document must have besides: what is made of fields, under the names that the table gives. */
export type Made<F extends Fields> = Record<string, z.ZodType> & {
  [N in keyof F as F[N]['public'] extends { readonly as: infer A extends string } ? A : never]: z.ZodType;
};

/** What editors read of a content. */
export const readValues = <F extends Fields>(
  fields: F,
  content: { readonly [N in keyof F]?: z.output<F[N]['kept']> },
) => forEach(fields, ({ empty }, name) => content[name] ?? empty) as Values<F, keyof F>;

/** What the public reads: of a content for its document, and of a document for its view. */
export const publicValues = <F extends Fields>(
  fields: F,
  from: { readonly [N in Public<F>]?: z.output<F[N]['kept']> | z.output<F[N]['read']> },
) => readValues(publicOf(fields), from) as Values<F, Public<F>>;
