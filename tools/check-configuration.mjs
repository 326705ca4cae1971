/**
 * Says what is wrong with the variables of all apps, one line each, and ends with 1; says nothing where all is right.
 * Runs on Node 26, with everything built.
 */
const { ConfigError, readConfig } = await import('../dist/libs/app/src/config.js');
const { apps } = await import('../dist/tools/generate/apps.js');

try {
  readConfig(apps, process.env);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
