import { createHash } from 'node:crypto';
import { startFeedServer } from '../../runs/neighbours.builder.js';
import { sourceReaderContract } from '../source-reader.contract.js';
import { RssReader } from './rss-reader.js';

const feed = (titles: readonly string[]): string =>
  `<rss version="2.0"><channel><title>A show</title>${titles
    .map((title) => `<item><guid>${title}</guid><title>${title}</title></item>`)
    .join('')}</channel></rss>`;

sourceReaderContract('RSS', async () => {
  const server = await startFeedServer();
  return {
    reader: new RssReader(new Set([server.address])),
    url: `${server.url}/feed`,
    requests: () => server.requests.length,
    serve: (titles) => {
      const text = feed(titles);
      server.serve(text, { etag: `"${createHash('sha256').update(text).digest('hex')}"` });
    },
    bodyOf: (titles) => ({ body: Buffer.from(feed(titles)), contentType: 'application/rss+xml' }),
    hang: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.answer = (_request, response) => void promise.then(() => response.end());
      return resolve;
    },
    close: () => server.close(),
  };
});
