/** Worker threads that the product starts run its sources: Node learns the aliases and extensions first. */
const hooks = new URL('../../../tools/typescript-hooks.mjs', import.meta.url).href;
process.execArgv = ['--import', hooks];
