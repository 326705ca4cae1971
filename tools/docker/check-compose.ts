import { type AnyApp, ConfigError, describeConfig, readConfig } from '@mediamesh/app';
import { findSchemaMistakes, fillIn, parseCompose } from './compose-file.js';
import { type ComposeModel, findComposeMistakes, findSecretsWithDefault } from './compose-rules.js';
import { COMMAND_LINE } from './prune.js';

/** The variables that the file gives to one service, as a process gets them. */
export const environmentOf = ({ services = {} }: ComposeModel, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, String(value)]));

/** Variables that no app knows, and what the app itself would refuse to start with. */
function findConfigMistakes(model: ComposeModel, apps: readonly AnyApp[]): string[] {
  const known = new Set(describeConfig(apps).flatMap(({ variables }) => variables.map(({ name }) => name)));
  const commandLine = ['migration', COMMAND_LINE].map((name) => ({ name, read: apps }));
  return [...apps.map((app) => ({ name: app.name, read: [app] })), ...commandLine].flatMap(({ name, read }) => {
    const environment = environmentOf(model, name);
    const unknown = Object.keys(environment).filter((key) => !known.has(key));
    return [
      ...unknown.map((key) => `${name}: ${key} is no variable of any app`),
      ...refusalsOf(read, environment).map((mistake) => `${name}: ${mistake}`),
    ];
  });
}

function refusalsOf(apps: readonly AnyApp[], environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(apps, { NODE_ENV: 'production', ...environment });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
}

/**
 * Reads the text of docker-compose.yml, its variables filled in, and answers what it is and what is wrong with it: by
 * the published schema, by our own rules, and by what each app reads.
 */
export function checkCompose(
  text: string,
  variables: Readonly<Record<string, string>>,
  apps: readonly AnyApp[],
): { readonly model: ComposeModel; readonly mistakes: readonly string[] } {
  const model = parseCompose(fillIn(text, variables));
  const mistakes = [
    ...findSchemaMistakes(model),
    ...findSecretsWithDefault(text),
    ...findComposeMistakes(
      model,
      apps.map(({ name }) => name),
    ),
    ...findConfigMistakes(model, apps),
  ];
  return { model, mistakes };
}
