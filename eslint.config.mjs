import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { meshTestConstraints, productConstraints, testConstraints } from './tools/lint/boundaries.ts';
import oneDatabaseHandle from './tools/lint/one-database-handle.ts';

// Every rule is an error, and has a file in tools/lint-proofs/ on which it must report.

const tests = [
  '**/*.spec.ts',
  '**/*.contract.ts',
  '**/*.builder.ts',
  '**/{test,fixtures}/**/*.ts',
  'libs/testing/**/*.ts',
  'apps/all-in-one/e2e/**/*.ts',
];
const meshTests = ['apps/all-in-one/e2e/**/*.ts'];
const ourTypeScript = ['{apps,libs,migrations,tools,bench}/**/*.ts', 'jest.config.ts'];

const plainJavaScript = ['**/*.mjs', 'ecosystem.config.js'];
const nodeGlobals = [
  'AbortController',
  'AbortSignal',
  'Buffer',
  'URL',
  'URLSearchParams',
  'clearInterval',
  'clearTimeout',
  'console',
  'fetch',
  'performance',
  'process',
  'setImmediate',
  'setInterval',
  'setTimeout',
];

const boundaries = (depConstraints, allow = []) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    {
      allow,
      depConstraints,
      banTransitiveDependencies: true,
      // tests use the test kit and tools, which use what is tested; product constraints allow only lower libraries
      ignoredCircularDependencies: [
        ['testing', '*'],
        ['tools', '*'],
      ],
    },
  ],
});

const nestExceptions = {
  regex: '^@nestjs/common$',
  importNamePattern: 'Exception$',
  message: 'Throw a refusal of @mediamesh/contracts: the problem filter knows its status, code and texts.',
};
const environment = { name: 'node:process', message: 'The environment is read in libs/app and handed in.' };
const sqlite = { name: 'node:sqlite', message: 'SQLite belongs to search-service, and to the lock of a mesh folder.' };
const nodeModules = { regex: '^node:', message: 'Texts and contracts are pure: they run anywhere.' };
const deepImports = {
  regex: '^@mediamesh/(?!postgres/embedded$|apps/[^/]+$)[^/]+/',
  message: 'A project is imported by its index, nothing deeper.',
};
const imports = (...restricted) => ({
  'no-restricted-imports': [
    'error',
    {
      paths: restricted.filter(({ name }) => name),
      patterns: [deepImports, ...restricted.filter(({ regex }) => regex)],
    },
  ],
});

const emptyCatch = {
  selector: 'CatchClause > BlockStatement[body.length=0]',
  message: 'An error is handled, thrown on or logged, never dropped.',
};
const moduleState = {
  selector:
    'Program > VariableDeclaration[kind="let"], Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
  message: 'A module keeps no state: nine apps may share this process.',
};
const onlyTests = {
  selector:
    'MemberExpression[object.name=/^(it|test|describe)$/][property.name="only"], ' +
    'CallExpression[callee.name=/^f(it|describe)$/]',
  message: 'All tests run.',
};
const skippedTests = {
  selector:
    'MemberExpression[object.name=/^(it|test|describe)$/][property.name=/^(skip|todo)$/], ' +
    'CallExpression[callee.name=/^x(it|test|describe)$/]',
  message: 'A test is skipped only by a function of libs/testing, which prints the reason.',
};
const names = {
  selector:
    ':matches(ClassDeclaration, ' +
    'TSInterfaceDeclaration)[id.name=/^(I[A-Z][a-z]|Base[A-Z])|(Impl|Dto|Manager|Helper|Utils?)$/]',
  message: 'A name says what a thing is in the domain.',
};
const hashMembers = {
  selector: ':matches(PropertyDefinition, MethodDefinition, MemberExpression) > PrivateIdentifier',
  message: 'What is private says `private`, as in all of Nest.',
};
const syntax = (...rules) => ({ 'no-restricted-syntax': ['error', ...rules] });

export default [
  { ignores: ['dist/**', 'node_modules/**', '.mesh/**', '.nx/**', 'coverage/**', 'tools/lint-proofs/**'] },
  // comments cannot switch a rule off
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'off' } },
  {
    files: [...ourTypeScript, '**/*.mjs'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: { parser: tseslint.parser },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-empty': ['error', { allowEmptyCatch: true }],
      'no-var': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        {
          varsIgnorePattern: '^_',
          argsIgnorePattern: '^_',
          destructuredArrayIgnorePattern: '^_',
          ignoreRestSiblings: true,
        },
      ],
    },
  },
  // TypeScript itself reports undefined names
  {
    files: plainJavaScript,
    languageOptions: { globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])) },
    rules: { 'no-undef': 'error' },
  },
  {
    files: ourTypeScript,
    plugins: { '@nx': nx, mediamesh: { rules: { 'one-database-handle': oneDatabaseHandle } } },
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...boundaries(productConstraints),
      ...imports(nestExceptions, environment, sqlite),
      ...syntax(emptyCatch, moduleState, onlyTests, skippedTests, names, hashMembers),
      'no-console': 'error',
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: environment.message }],
      'mediamesh/one-database-handle': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['apps/search-service/**/*.ts', 'apps/all-in-one/src/embedded/lock.ts'],
    rules: imports(nestExceptions, environment),
  },
  // the filter translates the framework's own exceptions
  { files: ['libs/http/**/*.ts'], rules: imports(environment, sqlite) },
  { files: ['libs/{text,contracts}/**/*.ts'], rules: imports(nestExceptions, nodeModules) },
  // tests keep what their hooks create, and use a database from outside of a running transaction
  {
    files: tests,
    rules: {
      ...boundaries(testConstraints),
      ...imports(nestExceptions, environment),
      ...syntax(emptyCatch, onlyTests, skippedTests, names, hashMembers),
      'mediamesh/one-database-handle': 'off',
    },
  },
  { files: meshTests, rules: boundaries(meshTestConstraints) },
  { files: ['libs/testing/src/{test-data,infra}.ts'], rules: syntax(emptyCatch, onlyTests, names, hashMembers) },
  // only the process that hosts all apps and the tool that documents them may import apps
  {
    files: ['apps/all-in-one/src/index.ts', 'tools/generate/apps.ts'],
    rules: boundaries(productConstraints, ['@mediamesh/apps/*']),
  },
  // Jest loads these files with plain Node, before aliases are registered
  {
    files: ['libs/testing/src/*.setup.ts'],
    rules: boundaries(testConstraints, [
      '../../../tools/typescript-hooks.mjs',
      '../../../tools/leftovers/leftovers.js',
    ]),
  },
  {
    files: ['libs/app/**/*.ts', 'tools/**/*.ts', 'bench/**/*.ts', 'libs/testing/src/environment.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  { files: ['tools/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },
];
