import * as contracts from '@mediamesh/contracts';

const { listBreaks, listPromisedShapes } = contracts;

/** The path of a promised shape's schema; see `libs/contracts/samples/README.md`. */
const pathOf = (name: string): string => `libs/contracts/samples/schemas/${name}.schema.json`;

/** The current schemas, by path. */
export const writePromisedFiles = (): [string, string][] =>
  listPromisedShapes(contracts).map(({ name, schema }) => [pathOf(name), `${JSON.stringify(schema, undefined, 2)}\n`]);

/** The changes that would break readers of the schema at `path`; empty for any other file. */
export function listBrokenPromises(path: string, kept: string): string[] {
  const shape = listPromisedShapes(contracts).find(({ name }) => pathOf(name) === path);
  return shape ? listBreaks(shape.reader, JSON.parse(kept) as contracts.JsonSchema, shape.schema) : [];
}
