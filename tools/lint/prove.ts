/**
 * Lints each file of `tools/lint-proofs/` as if it stood where its first line says, and expects exactly the rule its
 * second line names, with that message (or one of several, between bars). So a rule that is switched off, or a wall
 * with a hole, is noticed. Fails, too, when a rule of eslint.config.mjs, or one of the restrictions inside a rule, has
 * no proof.
 *
 *     // apps/cms-service/src/proof.ts
 *     // no-console: Unexpected console statement
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { root } from '#launch';
import { meshTestConstraints, productConstraints, testConstraints } from './boundaries.js';

const folder = join(root, 'tools/lint-proofs');

interface Proof {
  readonly name: string;
  readonly text: string;
  /** An absolute path that nothing has; empty when the first lines are wrong. */
  readonly place: string;
  readonly rule: string;
  readonly messages: readonly string[];
}

const proofs = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .map((name): Proof => {
    const text = readFileSync(join(folder, name), 'utf8');
    const [, place = '', rule = '', message] = /^\/\/ (\S+)\n\/\/ (\S+): (.+)\n/.exec(text) ?? [];
    // Many proofs name the same place; each gets a file of its own there.
    const file = join(root, place.replace('proof.', `proof-${name.replace(/\W+/g, '-')}.`));
    return { name: `tools/lint-proofs/${name}`, text, place: file, rule, messages: message?.split(' | ') ?? [] };
  });

/** The workspace's own program, with the proofs in their places. */
function createProgram(): ts.Program {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)).config as object;
  const { options } = ts.parseJsonConfigFileContent(
    { ...config, include: [], files: ['jest.config.ts'] },
    ts.sys,
    root,
  );
  const placed = new Map(proofs.map(({ place, text }) => [place, text]));
  const host = ts.createCompilerHost(options, true);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => placed.get(file) ?? readFile.call(host, file);
  host.fileExists = (file) => placed.has(file) || fileExists.call(host, file);
  host.getSourceFile = (file, language, ...rest) => {
    const text = placed.get(file);
    return text === undefined
      ? getSourceFile.call(host, file, language, ...rest)
      : ts.createSourceFile(file, text, language, true);
  };
  return ts.createProgram([...placed.keys()], options, host);
}

/** One sentence for each proof that does not hold. */
async function lintProofs(eslint: ESLint): Promise<string[]> {
  const mistakes: string[] = [];
  for (const { name, text, place, rule, messages } of proofs) {
    const [result] = await eslint.lintText(text, { filePath: place });
    const fired = (result?.messages ?? []).filter(({ severity, fatal }) => severity === 2 || fatal);
    const others = fired.filter(({ ruleId }) => ruleId !== rule);
    if (!fired.some((one) => one.ruleId === rule && messages.some((message) => one.message.includes(message))))
      mistakes.push(`${name} passes: ${rule} does not say “${messages.join('” or “')}”`);
    if (others.length > 0)
      mistakes.push(
        `${name} breaks other rules too: ${others.map((one) => `${one.ruleId}: ${one.message}`).join('; ')}`,
      );
  }
  return mistakes;
}

/** An option of a rule that forbids something: itself, or by the paths and patterns in it. */
interface Restriction {
  readonly message?: string;
  readonly paths?: readonly Restriction[];
  readonly patterns?: readonly Restriction[];
}

/** What the configuration forbids and no proof tries. */
async function findUnproved(eslint: ESLint): Promise<string[]> {
  const proved = (rule: string, message: string): boolean =>
    proofs.some((proof) => proof.rule === rule && proof.messages.some((part) => message.includes(part)));
  const configs = (await Promise.all(
    [
      'apps/cms-service/src/proof.ts',
      'libs/text/src/proof.ts',
      'libs/http/src/proof.ts',
      'apps/cms-service/src/proof.spec.ts',
      'tools/proof.mjs',
    ].map((file) => eslint.calculateConfigForFile(join(root, file))),
  )) as readonly { readonly rules: Readonly<Record<string, readonly [number, ...Restriction[]]>> }[];
  const rules = configs.flatMap((config) => Object.entries(config.rules)).filter(([, [severity]]) => severity === 2);
  const missing = new Set<string>();
  for (const [rule, [, ...options]] of rules) {
    const restrictions =
      rule === 'no-restricted-syntax'
        ? options
        : rule === 'no-restricted-imports'
          ? options.flatMap(({ paths = [], patterns = [] }) => [...paths, ...patterns])
          : [];
    if (!proofs.some((proof) => proof.rule === rule)) missing.add(rule);
    for (const { message = '' } of restrictions) if (!proved(rule, message)) missing.add(`${rule}: ${message}`);
  }
  for (const { sourceTag } of [...productConstraints, ...testConstraints, ...meshTestConstraints]) {
    if (!proofs.some(({ messages }) => messages.some((message) => message.includes(`"${sourceTag}"`))))
      missing.add(`@nx/enforce-module-boundaries: the wall around ${sourceTag}`);
  }
  return [...missing].map((what) => `no file of tools/lint-proofs/ proves ${what}`);
}

const malformed = proofs
  .filter(({ messages }) => messages.length === 0)
  .map(({ name }) => `${name} does not begin with its place and its rule`);
if (malformed.length === 0) {
  const overrideConfig = {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: null, programs: [createProgram()] } },
  };
  const eslint = new ESLint({ cwd: root, overrideConfig });
  malformed.push(...(await lintProofs(eslint)), ...(await findUnproved(eslint)));
}
for (const mistake of malformed) console.error(mistake);
console.log(`${proofs.length} proofs, ${malformed.length} mistakes`);
process.exitCode = malformed.length === 0 && proofs.length > 0 ? 0 : 1;
