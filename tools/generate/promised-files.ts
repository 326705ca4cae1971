import * as contracts from '@mediamesh/contracts';

const { listBreaks, listPromisedShapes } = contracts;

/** Where the schema of a promised shape is kept; see `libs/contracts/samples/README.md`. */
const pathOf = (name: string): string => `libs/contracts/samples/schemas/${name}.schema.json`;

/** Each kept schema by its path, with the text of today's. */
export const writePromisedFiles = (): [string, string][] =>
  listPromisedShapes(contracts).map(({ name, schema }) => [pathOf(name), `${JSON.stringify(schema, undefined, 2)}\n`]);

/** What a reader of the schema that is kept at `path` would trip over today; nothing for any other file. */
export function listBrokenPromises(path: string, kept: string): string[] {
  const shape = listPromisedShapes(contracts).find(({ name }) => pathOf(name) === path);
  return shape ? listBreaks(shape.reader, JSON.parse(kept) as contracts.JsonSchema, shape.schema) : [];
}
