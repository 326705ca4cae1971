/** Downloads, kept outside the repository: made in a folder of their own, which gets its name when it is whole. */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withLock } from './lock.mjs';

const STAMP = '.complete';

export const cacheFolder = () => join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mediamesh');

const isComplete = (folder, recipe) =>
  existsSync(join(folder, STAMP)) && readFileSync(join(folder, STAMP), 'utf8') === recipe;

/**
 * The folder of a download, made by `make(folder)` when it is not there yet or was made by another recipe (the texts
 * that decide what is in it). Several commands may ask at once: one makes it, the others wait.
 */
export async function ensureCached({ name, recipe: texts, make, say }) {
  const recipe = createHash('sha256').update(JSON.stringify(texts)).digest('hex');
  const folder = join(cacheFolder(), name);
  if (isComplete(folder, recipe)) return folder;
  mkdirSync(cacheFolder(), { recursive: true });
  return withLock(
    `${folder}.lock`,
    async () => {
      if (isComplete(folder, recipe)) return folder;
      for (const left of readdirSync(cacheFolder()).filter((each) => each.startsWith(`${name}.new-`)))
        rmSync(join(cacheFolder(), left), { recursive: true, force: true });
      const fresh = mkdtempSync(`${folder}.new-`);
      try {
        await make(fresh);
        writeFileSync(join(fresh, STAMP), recipe);
        rmSync(folder, { recursive: true, force: true });
        renameSync(fresh, folder);
      } catch (error) {
        rmSync(fresh, { recursive: true, force: true });
        throw error;
      }
      return folder;
    },
    (pid) => say(`another command (process ${pid}) is downloading it: waiting`),
  );
}
