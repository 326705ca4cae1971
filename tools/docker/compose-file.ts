/** docker-compose.yml as data, checked against the schema that the Compose project publishes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#launch';
import { Ajv } from 'ajv';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import type { ComposeModel } from './compose-rules.js';

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as Compose fills them in; throws the message. */
export const fillIn = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}/g, (_whole, name: string, kind?: string, rest = '') => {
    if (variables[name]) return variables[name];
    if (kind === '?') throw new Error(`${name}: ${rest}`);
    return kind === '-' ? rest : '';
  });

/** Parses the text of a Compose file, with its anchors and merge keys resolved. */
export const parseCompose = (text: string): ComposeModel =>
  load(text, { schema: CORE_SCHEMA.withTags(mergeTag) }) as ComposeModel;

/** One sentence for each place that the schema refuses. `dclint` carries the published schema as it is. */
export function findSchemaMistakes(model: unknown): string[] {
  const schema = JSON.parse(
    readFileSync(join(root, 'node_modules/dclint/schemas/compose.schema.json'), 'utf8'),
  ) as object;
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false }).compile({
    ...schema,
    $schema: undefined, // draft 7 by an address that ajv does not know
  });
  validate(model);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const more = Object.values(params as Readonly<Record<string, unknown>>).filter(
      (value) => typeof value === 'string',
    );
    return `docker-compose.yml: ${instancePath || '/'} ${message} (${more.join(', ')})`;
  });
}
