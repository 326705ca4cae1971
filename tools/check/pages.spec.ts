import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { help } from '../mesh/help.js';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
].sort();
const read = (page: string): string => readFileSync(join(root, page), 'utf8');
const exists = (path: string): boolean => existsSync(join(root, path));

/** What a text has between the parts of a pattern, each once. */
const findAll = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, found]) => found ?? '')),
];

/** Where a page's links lead within the repository, from its root. */
const linksOf = (page: string, text = read(page)): string[] =>
  findAll(text, /\]\(((?!https?:|#)[^)#\s]+)/g).map((link) => relative(root, join(root, dirname(page), link)));

/** The name that a headline is linked by. */
const anchorOf = (headline: string): string =>
  headline
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

/** Outside blocks of code, where a path may be anybody's. */
const proseOf = (page: string): string => read(page).replace(/^```.*?^```$/gms, '');

describe.each(pages)('the page %s', (page) => {
  it('links to what is there', () => {
    expect(linksOf(page).filter((path) => !exists(path))).toEqual([]);
    const anchors = findAll(read(page), /^#+ (.+)$/gm).map(anchorOf);
    expect(findAll(read(page), /\]\(#([^)]+)\)/g).filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  it('names files that are there', () => {
    const named = findAll(proseOf(page), /`((?:apps|libs|tools|docs|bench|migrations)\/[\w./-]+)`/g);
    expect(named.filter((path) => !exists(path))).toEqual([]);
  });

  it('names commands that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    expect(findAll(read(page), /npm run (?:-s )?([\w:]+)/g).filter((script) => !(script in scripts))).toEqual([]);
    const told = findAll(read(page), /npm run (?:-s )?mesh -- ([\w-]+(?: [a-z-]+)?)/g);
    const known = new Set(Object.keys(help).flatMap((topic) => [topic, topic.split(' ')[0]]));
    expect(told.filter((words) => words !== 'help' && !known.has(words) && !known.has(words.split(' ')[0]))).toEqual(
      [],
    );
  });
});

describe('the guide to patterns', () => {
  const rows = read('docs/DESIGN_PATTERNS_GUIDE.md')
    .split('\n')
    .filter((line) => /^\| (?!Pattern|-)/.test(line))
    .map((line) => line.split(' | '));

  it.each(rows.map(([name = '', , where = '', test = '']) => ({ name: name.replace('| ', ''), where, test })))(
    'says where $name lives, and which test holds it',
    ({ where, test }) => {
      expect(linksOf('docs/DESIGN_PATTERNS_GUIDE.md', where)).not.toEqual([]);
      expect(
        linksOf('docs/DESIGN_PATTERNS_GUIDE.md', test).filter((path) =>
          /\.(?:spec|contract)\.ts$|^tools\/lint-proofs/.test(path),
        ),
      ).not.toEqual([]);
    },
  );
});

describe('the map of the README', () => {
  it('has every app, library and folder', () => {
    const map = read('README.md').split('## The map')[1]?.split('\n## ')[0] ?? '';
    const foldersIn = (path: string): string[] =>
      readdirSync(join(root, path), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => join(path, name));
    const expected = [...foldersIn('apps'), ...foldersIn('libs'), 'migrations', 'tools', 'docs', 'bench'];
    expect(expected.filter((path) => !map.includes(`\`${path}\``))).toEqual([]);
  });
});
