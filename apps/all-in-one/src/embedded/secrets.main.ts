import { readOrMakeSecrets } from './secrets.js';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: secrets.main.js <mesh folder>');
await readOrMakeSecrets(folder);
