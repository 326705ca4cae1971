import { type AnyApp, ConfigError, describeConfig, readConfig } from '@mediamesh/app';
import { findSchemaMistakes, fillIn, parseCompose } from './compose-file.js';
import { type ComposeModel, findComposeMistakes, findSecretsWithDefault } from './compose-rules.js';
import { COMMAND_LINE } from './prune.js';

/** The variables of a service, as its process gets them. */
export const environmentOf = ({ services = {} }: ComposeModel, name: string): Record<string, string> =>
  Object.fromEntries(Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, String(value)]));

/** Finds variables that no app declares, and values with which an app would not start. */
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

/** Checks docker-compose.yml against the published schema, our rules, and the configuration of each app. */
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
