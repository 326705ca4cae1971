/** Worker threads of the product run its sources, so Node must learn the aliases and extensions. */
const hooks = new URL('../../../tools/typescript-hooks.mjs', import.meta.url).href;
process.execArgv = ['--import', hooks];
