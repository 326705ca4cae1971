/**
 * Which variables of the mesh a process of one app is given, where each has a process of its own: what opens something
 * goes only to those who need it, so that a hole in a gateway opens neither databases nor signing keys. Plain Node: PM2
 * reads it.
 */

const screaming = (app) => app.toUpperCase().replaceAll('-', '_');
const databaseOf = (app) => `${screaming(app.replace('-service', ''))}_DATABASE_URL`;

/** Whoever is named here has the variables that begin so to himself. */
const owners = [
  [/^(?:AUTH_KEY_SECRET|ADMIN_|EDITOR_|SERVICE_SECRET_)/, 'auth-service'],
  [/^(?:MEDIA_UPLOAD_SECRET|S3_)/, 'media-service'],
  [/^OPENSEARCH_/, 'search-service'],
];

function isFor(app, variable) {
  if (variable === `SERVICE_SECRET_${screaming(app)}`) return true;
  if (variable === 'POSTGRES_URL') return app.endsWith('-service');
  if (variable.endsWith('_DATABASE_URL')) return variable === databaseOf(app);
  const [, owner = app] = owners.find(([pattern]) => pattern.test(variable)) ?? [];
  return owner === app;
}

/** Of all variables those that the app is given. */
export const variablesFor = (app, variables) =>
  Object.fromEntries(Object.entries(variables).filter(([variable]) => isFor(app, variable)));
