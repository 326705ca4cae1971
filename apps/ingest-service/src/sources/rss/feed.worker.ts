import { parentPort, workerData } from 'node:worker_threads';
import { FeedError } from '../../fetching/feed-error.js';
import { decodeFeed } from './charset.js';
import { parseFeed } from './parse-feed.js';
import type { FeedDocument, ParseOutcome } from './feed-parser.js';

/** Parses one document and exits. All imports are plain TypeScript, without framework or decorators. */
function parseDocument({ body, charset, baseUrl }: FeedDocument): ParseOutcome {
  try {
    const { text, encoding, ignoredCharset } = decodeFeed(body, charset);
    const feed = parseFeed(text, baseUrl);
    if (ignoredCharset !== undefined)
      feed.warnings.push({ code: 'charset_ignored', detail: `${ignoredCharset}; read as ${encoding}` });
    return { feed };
  } catch (error) {
    if (error instanceof FeedError) return { code: error.code, detail: error.detail };
    throw error;
  }
}

parentPort!.postMessage(parseDocument(workerData as FeedDocument));
