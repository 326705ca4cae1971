import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FeedServer {
  /** `127.0.0.1:port`, for `INGEST_ALLOWED_PRIVATE`. */
  readonly host: string;
  readonly url: (path: string) => string;
  /** What is served from now on. */
  serve(path: string, body: string | Buffer, headers?: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

/** Serves feeds over loopback. */
export async function startFeedServer(): Promise<FeedServer> {
  const served = new Map<string, { body: string | Buffer; headers: Readonly<Record<string, string>> }>();
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const one = served.get(request.url ?? '');
    response.writeHead(one ? 200 : 404, one?.headers).end(one?.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: (path) => `http://${host}${path}`,
    serve: (path, body, headers = { 'content-type': 'application/rss+xml' }) =>
      void served.set(path, { body, headers }),
    close: () => new Promise((resolve) => (server.close(() => resolve()), server.closeAllConnections())),
  };
}

export interface FeedItem {
  readonly guid?: string;
  readonly title: string;
  readonly enclosure?: string;
  readonly more?: string;
}

const escape = (text: string): string =>
  text.replace(/[<&>]/g, (letter) => ({ '<': '&lt;', '&': '&amp;', '>': '&gt;' })[letter] ?? letter);

/** An Arabic podcast as RSS 2.0. */
export const rss = (title: string, items: readonly FeedItem[], more = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel>
<title>${escape(title)}</title><link>https://example.org</link><language>ar</language>
<description>${escape(title)}</description><itunes:explicit>false</itunes:explicit>${more}
${items.map(itemOf).join('\n')}
</channel></rss>`;

function itemOf({ guid, title, enclosure, more = '' }: FeedItem): string {
  const parts = [
    guid === undefined ? '' : `<guid isPermaLink="false">${escape(guid)}</guid>`,
    `<title>${escape(title)}</title>`,
    enclosure === undefined ? '' : `<enclosure url="${escape(enclosure)}" length="1234" type="audio/mpeg"/>`,
  ];
  return `<item>${parts.join('')}${more}</item>`;
}
