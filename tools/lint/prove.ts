/**
 * Lints each file of `tools/lint-proofs/` at the path in its first line, and expects exactly the rule in its second
 * line, with one of the messages there (separated by bars). This detects rules that are off and boundaries with gaps.
 * It also fails when a rule of eslint.config.mjs, or a restriction within a rule, has no proof.
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
  /** An absolute path at which no file exists; empty when the first lines are malformed. */
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
    // several proofs name the same path, so each gets its own file name there
    const file = join(root, place.replace('proof.', `proof-${name.replace(/\W+/g, '-')}.`));
    return { name: `tools/lint-proofs/${name}`, text, place: file, rule, messages: message?.split(' | ') ?? [] };
  });

/** The program of the workspace, with the proofs at their paths. */
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

/** One sentence for each proof that fails. */
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

/** An option that restricts something, directly or in its `paths` and `patterns`. */
interface Restriction {
  readonly message?: string;
  readonly paths?: readonly Restriction[];
  readonly patterns?: readonly Restriction[];
}

/** The restrictions in the configuration that have no proof. */
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
