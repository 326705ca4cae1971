/** Whether docker-compose.yml is what Compose takes, keeps our rules, and tells every app all it must know. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findComposeMistakes, findSecretsWithDefault } from './compose-rules.mjs';
import { buildCompose, findCompose, hasGo, readByCompose, readByYaml } from './read-compose.mjs';
import { makeMissing } from './secrets.mjs';

/** What compose gives to an app, against what the app reads: unknown names, and what it would refuse to start with. */
async function findConfigMistakes(model, root, names) {
  const load = (path) => import(pathToFileURL(join(root, 'dist', path)).href);
  const { readConfig } = await load('libs/app/src/config.js');
  const { describeConfig } = await load('libs/app/src/describe-config.js');
  const { apps } = await load('tools/generate/apps.js');
  const known = new Set(describeConfig(apps).flatMap(({ variables }) => variables.map(({ name }) => name)));
  const commandLine = ['migration', 'mesh'];
  return [...names, ...commandLine].flatMap((name) => {
    const environment = Object.fromEntries(
      Object.entries(model.services[name]?.environment ?? {}).map(([key, value]) => [key, String(value)]),
    );
    const unknown = Object.keys(environment)
      .filter((key) => !known.has(key))
      .map((key) => `${name}: ${key} is no variable of any app`);
    try {
      readConfig(
        apps.filter((app) => app.name === name || commandLine.includes(name)),
        { NODE_ENV: 'production', ...environment },
      );
      return unknown;
    } catch (error) {
      return [...unknown, ...(error.mistakes ?? [error.message]).map((mistake) => `${name}: ${mistake}`)];
    }
  });
}

/**
 * Answers `{ mistakes, how }`: `how` says in a line what the file was read with. `build` allows to build Compose first
 * where there is none.
 */
export async function checkCompose(root, names, { build = false, say }) {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const variables = makeMissing(text, {});
  const folder = mkdtempSync(join(tmpdir(), 'mediamesh-compose-'));
  const environmentFile = join(folder, 'variables');
  const mistakes = findSecretsWithDefault(text);
  try {
    writeFileSync(
      environmentFile,
      Object.entries(variables)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
      { mode: 0o600 },
    );
    writeFileSync(join(folder, 'empty'), '');
    let compose = await findCompose();
    if (!compose && build && hasGo()) {
      await buildCompose(say);
      compose = await findCompose();
    }
    let model;
    let how;
    if (compose) {
      how = `read and accepted by Compose ${compose.version} (config)`;
      model = await readByCompose(compose, root, environmentFile, ['aws-local']);
      const bare = await readByCompose(compose, root, join(folder, 'empty')).then(
        () => true,
        () => false,
      );
      if (bare) mistakes.push('docker-compose.yml: is accepted without any secret');
    } else {
      model = await readByYaml(root, variables);
      how = model
        ? 'read as YAML and checked by our own rules only: there is no Compose v2 here (--build-compose builds one where Go is)'
        : 'NOT read: there is neither Compose v2 nor Python with yaml here';
    }
    if (model) mistakes.push(...findComposeMistakes(model, names), ...(await findConfigMistakes(model, root, names)));
    return { mistakes, how };
  } catch (error) {
    return { mistakes: [...mistakes, `docker-compose.yml: ${error.stderr?.trim() || error.message}`], how: 'refused' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
