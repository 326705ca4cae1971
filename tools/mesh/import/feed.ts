import { readFile, stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isWebUrl, maximumFeedBytes } from '@mediamesh/contracts';
import type { Environment } from '../addresses.js';
import type { SentFile } from '../api-client.js';
import { Failure, systemCode, UsageError } from '../failure.js';

/** The feed to import: a URL that the mesh fetches, or a file to upload. */
export type Feed = { readonly url: string } | { readonly name: string; readonly file: SentFile };

const types: Readonly<Record<string, string>> = {
  '.rss': 'application/rss+xml',
  '.atom': 'application/atom+xml',
  '.rdf': 'application/rdf+xml',
};

export async function readFeed(argument: string, environment: Environment): Promise<Feed> {
  if (/^https?:/i.test(argument)) {
    if (!isWebUrl(argument)) throw new UsageError(`${argument} is not an address of a feed.`);
    return { url: argument };
  }
  const path = pathOf(argument, environment);
  return {
    name: `file:${path}`,
    file: { content: await readWhole(path), type: types[extname(path).toLowerCase()] ?? 'application/xml' },
  };
}

function pathOf(argument: string, environment: Environment): string {
  if (/^file:\/\//i.test(argument)) {
    try {
      return fileURLToPath(argument);
    } catch {
      throw new UsageError(`${argument} is not an address of a file on this machine.`);
    }
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(argument))
    throw new UsageError(`${argument} is neither an http(s) address nor a file.`);
  // npm changes the working directory, and keeps the user's in INIT_CWD
  return resolve(environment['INIT_CWD'] ?? '.', argument);
}

async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { size } = await stat(path);
    if (size > maximumFeedBytes)
      throw new Failure(`${path} is larger than ${maximumFeedBytes / 1024 / 1024} MB, the largest feed that is taken.`);
    const content = await readFile(path);
    if (content.length === 0) throw new Failure(`${path} is empty.`);
    return content;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = systemCode(error);
    throw new Failure(
      code === 'ENOENT'
        ? `There is no file ${path}.`
        : code === 'EISDIR'
          ? `${path} is a folder.`
          : `${path} cannot be read (${code ?? String(error)}).`,
    );
  }
}
