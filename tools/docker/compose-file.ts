/** Reads docker-compose.yml and checks it against the schema published by the Compose project. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#launch';
import { Ajv } from 'ajv';
import { CORE_SCHEMA, load, mergeTag } from 'js-yaml';
import type { ComposeModel } from './compose-rules.js';

/** Fills in `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as Compose does. Throws the message. */
export const fillIn = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}/g, (_whole, name: string, kind?: string, rest = '') => {
    if (variables[name]) return variables[name];
    if (kind === '?') throw new Error(`${name}: ${rest}`);
    return kind === '-' ? rest : '';
  });

/** Parses a Compose file and resolves anchors and merge keys. */
export const parseCompose = (text: string): ComposeModel =>
  load(text, { schema: CORE_SCHEMA.withTags(mergeTag) }) as ComposeModel;

/** One sentence for each schema violation. `dclint` ships the published schema unchanged. */
export function findSchemaMistakes(model: unknown): string[] {
  const schema = JSON.parse(
    readFileSync(join(root, 'node_modules/dclint/schemas/compose.schema.json'), 'utf8'),
  ) as object;
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false }).compile({
    ...schema,
    $schema: undefined, // ajv does not know its URL of draft 7
  });
  validate(model);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const more = Object.values(params as Readonly<Record<string, unknown>>).filter(
      (value) => typeof value === 'string',
    );
    return `docker-compose.yml: ${instancePath || '/'} ${message} (${more.join(', ')})`;
  });
}
