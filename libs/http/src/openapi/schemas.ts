import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

/** What is sent and what is answered differ: by defaults and transforms. */
type Direction = 'input' | 'output';

/** Shapes with a name, each kept when it is first referred to. */
export class SchemaComponents {
  readonly named: Record<string, JsonSchema> = {};

  /** The schema itself, or a reference when it has a name. */
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

/** What is sent and what is answered never share a name, unless a shape is only ever sent. */
const nameOf = (id: string, io: Direction): string =>
  io === 'input' && !/^(?:Create|Patch|Declare|Import|Login|Choose)/.test(id) ? `${id}Input` : id;

const addressOf = (id: string, io: Direction): string => `#/components/schemas/${nameOf(id, io)}`;

/** References among the definitions of one schema, as references among those of the document. */
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
