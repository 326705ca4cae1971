/** Rules on the names and contents of all files. Returns one sentence for each violation. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const mainLines = 5;
/** In characters, also for strings and comments, which Prettier does not wrap. */
const lineWidth = 120;
/** The only file that may name the data folder of the checking machine. */
const knowsTheMachine = new Set(['.ci/run']);

const machinePath = /(?<![\w.:/$}~-])\/(?:work|home|Users|root)\/\w[\w.-]*/;
const besideUs = /(?<![\w/])(?:\.\.\/)+shared\//;
const registry = /https?:\/\/[^\s"'`)]*(?:registry\.|\/registry\b|artifactory|nexus|\/repository\/)[^\s"'`)]*/i;
const looseNames = /(?:^|\/)(?:utils?|helpers?|common|misc|controllers|dtos?|entities|interfaces)(?:\/|\.[a-z]+$)/;
const kebabCase = /^[a-z0-9]+(?:[-.][a-z0-9]+)*$/;

const listFiles = (root: string): string[] =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
    .split('\0')
    .filter(Boolean);

/** A file's text; empty for binary files, and for deleted files that git still lists. */
function readText(root: string, path: string): string {
  try {
    const text = readFileSync(join(root, path), 'utf8');
    return text.includes('\0') ? '' : text;
  } catch (error) {
    if (['ENOENT', 'EISDIR'].includes(String((error as NodeJS.ErrnoException).code))) return '';
    throw error;
  }
}

function checkFile(root: string, path: string): string[] {
  const mistakes: string[] = [];
  if (/\.(?:ts|mjs|mts)$/.test(path)) {
    if (looseNames.test(path)) mistakes.push(`${path}: this name could hold anything`);
    if (!kebabCase.test(basename(path))) mistakes.push(`${path}: is not in kebab-case`);
  }
  const text = readText(root, path);
  if (/\.(?:ts|mts|mjs|js)$/.test(path) && !path.startsWith('tools/lint-proofs/'))
    for (const [index, line] of text.split('\n').entries())
      if ([...line].length > lineWidth) mistakes.push(`${path}:${index + 1}: is longer than ${lineWidth} characters`);
  if (/^apps\/[^/]+\/src\/main\.ts$/.test(path) && text.trimEnd().split('\n').length > mainLines)
    mistakes.push(`${path}: has more than ${mainLines} lines`);
  if (!knowsTheMachine.has(path)) {
    for (const pattern of [machinePath, besideUs, registry]) {
      const index = text.search(pattern);
      const place = text.slice(index).match(pattern)?.[0] ?? '';
      if (index >= 0) mistakes.push(`${path}:${lineOf(text, index)}: names a place of one machine: ${place}`);
    }
  }
  return mistakes;
}

const lineOf = (text: string, index: number): number => text.slice(0, index).split('\n').length;

export const checkFiles = (root: string): string[] => listFiles(root).flatMap((path) => checkFile(root, path));
