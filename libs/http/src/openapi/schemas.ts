import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** Requests and responses differ by defaults and transforms. */
type Direction = 'input' | 'output';

/** Collects named schemas when they are first referenced. */
export class SchemaComponents {
  readonly named: Record<string, JsonSchema> = {};

  refer(schema: z.ZodType, io: Direction): JsonSchema {
    const { $schema: _, $defs = {}, ...own } = convert(schema, io);
    for (const [id, definition] of Object.entries($defs)) this.keep(nameOf(id, io), definition);
    if (own.id === undefined) return own;
    this.keep(nameOf(own.id, io), own);
    return { $ref: addressOf(own.id, io) };
  }

  private keep(name: string, { id: _, ...definition }: JsonSchema): void {
    this.named[name] = definition;
  }
}

interface Converted extends JsonSchema {
  readonly id?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

const convert = (schema: z.ZodType, io: Direction): Converted =>
  repoint(
    z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any', cycles: 'ref' }),
    io,
  ) as Converted;

/** A schema used in requests and responses gets two names. */
const nameOf = (id: string, io: Direction): string =>
  io === 'input' && !/^(?:Create|Patch|Declare|Import|Login|Choose)/.test(id) ? `${id}Input` : id;

const addressOf = (id: string, io: Direction): string => `#/components/schemas/${nameOf(id, io)}`;

/** Rewrites references within one schema to references within the document. */
function repoint(value: unknown, io: Direction): unknown {
  if (Array.isArray(value)) return value.map((one) => repoint(one, io));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === '$ref' && typeof inner === 'string'
        ? [key, inner.replace(/^#\/\$defs\/(.+)$/, (_, id: string) => addressOf(id, io))]
        : [key, repoint(inner, io)],
    ),
  );
}
