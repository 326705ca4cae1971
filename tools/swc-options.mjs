import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';

export const workspaceRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** The aliases of tsconfig.base.json; swc takes them without the leading `./`. */
const { compilerOptions } = JSON.parse(readFileSync(`${workspaceRoot}/tsconfig.base.json`, 'utf8'));
export const paths = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([alias, targets]) => [
    alias,
    targets.map((target) => target.replace(/^\.\//, '')),
  ]),
);

/** The swc configuration of the build and of Jest. */
export const swcOptions = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2024',
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: true,
};
