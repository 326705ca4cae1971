/** Lets Node 26 run the TypeScript sources: aliases, and `.js` to `.ts`. It only strips types, so no decorators. */
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { paths, workspaceRoot } from './swc-options.mjs';

function resolveAlias(specifier) {
  for (const [alias, [target]] of Object.entries(paths)) {
    if (specifier === alias) return target;
    const prefix = alias.slice(0, -1);
    if (alias.endsWith('*') && specifier.startsWith(prefix)) return target.replace('*', specifier.slice(prefix.length));
  }
  return undefined;
}

registerHooks({
  resolve(specifier, context, next) {
    // `require` takes paths, `import` takes URLs
    const follow = (path) => next(context.conditions.includes('require') ? path : pathToFileURL(path).href, context);
    const target = specifier.startsWith('@mediamesh/') ? resolveAlias(specifier) : undefined;
    if (target) return follow(`${workspaceRoot}/${target}`);
    const inSources = context.parentURL?.startsWith('file:') && !context.parentURL.includes('/node_modules/');
    if (inSources && /^\.{1,2}\/.*\.js$/.test(specifier)) {
      const source = fileURLToPath(new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL));
      if (existsSync(source)) return follow(source);
    }
    return next(specifier, context);
  },
});
