import { z } from 'zod';

/**
 * How the public sees a field. `always`: as it is. `added`: as it is, but public documents older than the field lack
 * it; a new field is `added`. `{ as }`: something is made of it, under this name in the public document. `never`:
 * editors only.
 */
type Publicity = 'always' | 'added' | 'never' | { readonly as: string };

/** One field: what all shapes of a program or an episode are made of. */
export interface Field {
  /** What may be said, with its limits. */
  readonly kept: z.ZodType;
  /** What a patch may say; `null` empties the field. */
  readonly patch: z.ZodType;
  /** How editors read it. */
  readonly read: z.ZodType;
  /** How the public reads it. */
  readonly shown: z.ZodType;
  /** What stands where nothing was said. */
  readonly empty: unknown;
  readonly public: Publicity;
}
export type Fields = Readonly<Record<string, Field>>;

/** What a table says of a field: the value with its limits, the same as it is answered, and whether it is public. */
interface Row<K extends z.ZodType, R extends z.ZodType<z.output<K>>, P extends Publicity> {
  readonly kept: K;
  readonly read: R;
  readonly public: P;
}

/** A field that is always there. */
export const required = <K extends z.ZodType, R extends z.ZodType<z.output<K>>, const P extends Publicity>(
  row: Row<K, R, P>,
) => ({ ...row, patch: row.kept.optional(), shown: row.read, empty: null });

/** A field that may be empty, and then reads as `null`. */
export const optional = <K extends z.ZodType, R extends z.ZodType<z.output<K>>, const P extends Publicity>(
  row: Row<K, R, P>,
) => ({
  public: row.public,
  kept: row.kept.optional(),
  patch: row.kept.nullish(),
  read: row.read.nullable(),
  shown: row.read.nullable(),
  empty: null,
});

/** A field that has a value of its own where nothing was said. */
export const defaulted = <K extends z.ZodType, R extends z.ZodType<z.output<K>>, const P extends Publicity>(
  value: z.core.util.NoUndefined<z.output<K>>,
  row: Row<K, R, P>,
) => ({ ...row, kept: row.kept.default(value), patch: row.kept.nullish(), shown: row.read, empty: value });

/** A text that is said in each language. An empty one is left out for editors, and `''` for the public. */
export const localized = <K extends z.ZodType<string>, const P extends Publicity>(
  row: Readonly<{ kept: K; public: P }>,
) => ({
  public: row.public,
  kept: row.kept.optional(),
  patch: row.kept.nullish(),
  read: z.string().optional(),
  shown: z.string(),
  empty: '',
});

type Column<F extends Fields, C extends 'kept' | 'patch' | 'read'> = { [N in keyof F]: F[N][C] };
/** The names of the fields that the public sees as they are. */
type Shown<F extends Fields> = { [N in keyof F]: F[N]['public'] extends 'always' | 'added' ? N : never }[keyof F];
type Values<S extends Readonly<Record<string, z.ZodType>>> = { [N in keyof S]: z.output<S[N]> };

const forEach = (fields: Fields, make: (field: Field, name: string) => unknown) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, make(field, name)]));

const shownOf = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, { public: seen }]) => seen === 'always' || seen === 'added'));

/** One column of a table, as the fields of a schema. */
export const columnOf = <F extends Fields, C extends 'kept' | 'patch' | 'read'>(fields: F, column: C) =>
  forEach(fields, (field) => field[column]) as Column<F, C>;

/** The fields of the public document that are what is kept. */
export const documentOf = <F extends Fields>(fields: F) =>
  forEach(shownOf(fields), ({ shown, public: seen }) => (seen === 'added' ? shown.optional() : shown)) as {
    [N in Shown<F>]: F[N]['public'] extends 'added' ? z.ZodOptional<F[N]['shown']> : F[N]['shown'];
  };

/** What the public document has to have besides: what is made of fields, written by hand under the names they give. */
export type Made<F extends Fields> = {
  [N in keyof F as F[N]['public'] extends { readonly as: infer A extends string } ? A : never]: z.ZodType;
} & Record<string, z.ZodType>;

/** The fields of the public's view that are what is kept. */
export const viewOf = <F extends Fields>(fields: F) =>
  forEach(shownOf(fields), ({ shown }) => shown) as { [N in Shown<F>]: F[N]['shown'] };

/** What editors read of a content. */
export const readValues = <F extends Fields>(
  fields: F,
  content: { readonly [N in keyof F]?: z.output<F[N]['kept']> },
) => forEach(fields, ({ empty }, name) => content[name] ?? empty) as Values<Column<F, 'read'>>;

/** What the public sees as it is: of a content, for its document, and of a document, for its view. */
export const publicValues = <F extends Fields>(
  fields: F,
  from: { readonly [N in Shown<F>]?: z.output<F[N]['kept']> | z.output<F[N]['shown']> },
) =>
  forEach(shownOf(fields), ({ empty }, name) => (from as Record<string, unknown>)[name] ?? empty) as {
    [N in Shown<F>]: z.output<F[N]['shown']>;
  };
