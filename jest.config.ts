import type { Config } from 'jest';
import { paths, swcOptions } from './tools/swc-options.mjs';

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `@mediamesh/*` for Jest, from the aliases in tsconfig.base.json. */
const aliases = Object.fromEntries(
  Object.entries(paths as Record<string, string[]>).map(([alias, [target]]) => [
    `^${escape(alias).replace('\\*', '([^/]+)')}$`,
    `<rootDir>/${target!.replace('*', '$1')}`,
  ]),
);

const tier = (displayName: string, testMatch: string[], ignore: string[] = []): Config => ({
  displayName,
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/migrations', '<rootDir>/tools'],
  testMatch,
  testPathIgnorePatterns: ['/node_modules/', '/dist/', ...ignore],
  testEnvironment: 'node',
  setupFiles: ['<rootDir>/libs/testing/src/workers.setup.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { ...aliases, '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions as Record<string, unknown>] },
});

const withDatabases = {
  globalSetup: '<rootDir>/libs/testing/src/database.setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/database.teardown.ts',
};

/** Tiers: `unit` needs nothing, `db` embedded PostgreSQL, `e2e` a whole mesh, `infra` and `drills` real servers. */
export default {
  projects: [
    tier('unit', ['**/*.spec.ts'], ['\\.(db|e2e|infra|drill)\\.spec\\.ts$']),
    { ...tier('db', ['**/*.db.spec.ts']), ...withDatabases },
    { ...tier('infra', ['**/*.infra.spec.ts']), ...withDatabases },
    {
      ...tier('e2e', ['**/*.e2e.spec.ts']),
      globalSetup: '<rootDir>/libs/testing/src/e2e.setup.ts',
      globalTeardown: '<rootDir>/libs/testing/src/e2e.teardown.ts',
    },
    {
      ...tier('drills', ['**/*.drill.spec.ts']),
      globalSetup: '<rootDir>/libs/testing/src/drills.setup.ts',
      globalTeardown: '<rootDir>/libs/testing/src/drills.teardown.ts',
    },
  ],
  testSequencer: '<rootDir>/libs/testing/src/longest-first.ts',
  // tests mostly wait for disk, backoff and process starts
  maxWorkers: '100%',
  // Jest has one timeout for all projects; limits on speed belong in bench/
  testTimeout: 180_000,
} satisfies Config;
