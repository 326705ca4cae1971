import { describeApp } from '@mediamesh/app';
import { apps } from './apps.js';
import { describeEvents } from './async-api.js';
import { writeConfigurationPage } from './configuration-page.js';
import { writeEnvironmentFile } from './environment-file.js';
import { writePromisedFiles } from './promised-files.js';

/** All generated files by path. The same sources always give the same text. */
export async function generateFiles(): Promise<ReadonlyMap<string, string>> {
  const documents = apps.map((app): [string, string] => [
    `docs/openapi/${app.name}.json`,
    `${JSON.stringify(describeApp(app), undefined, 2)}\n`,
  ]);
  return new Map([
    ...documents,
    ...writePromisedFiles(),
    ['docs/asyncapi.json', `${JSON.stringify(await describeEvents(apps), undefined, 2)}\n`],
    ['docs/configuration.md', writeConfigurationPage(apps)],
    ['.env.example', writeEnvironmentFile(apps)],
  ]);
}
