import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUIDv7 } from 'node:crypto';
import {
  cmsServiceApi,
  EpisodeContent,
  type ImportedEpisode,
  type ImportOutcome,
  mediaServiceApi,
  metadataServiceApi,
  notFound,
} from '@mediamesh/contracts';
import { fieldErrors } from '@mediamesh/http';
import { type Neighbour, stubNeighbour } from '@mediamesh/testing';

export interface FeedServer {
  readonly url: string;
  readonly address: string;
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers'] }[];
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** Serves one document, with 304 for a matching `If-None-Match`. */
  serve(text: string | Buffer, headers?: Record<string, string>): void;
  close(): Promise<void>;
}

export async function startFeedServer(): Promise<FeedServer> {
  const requests: FeedServer['requests'] = [];
  const server: Server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers });
    feeds.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const feeds: FeedServer = {
    url: `http://${address}`,
    address,
    requests,
    answer: (_request, response) => void response.writeHead(404).end(),
    serve: (text, headers = {}) => {
      feeds.answer = (request, response) => {
        const etag = headers['etag'];
        if (etag !== undefined && request.headers['if-none-match'] === etag) return void response.writeHead(304).end();
        response.writeHead(200, { 'content-type': 'application/rss+xml; charset=utf-8', ...headers }).end(text);
      };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return feeds;
}

interface StoredEpisode {
  readonly id: string;
  readonly key: string;
  readonly content: EpisodeContent;
  readonly json: string;
  status: 'draft' | 'published';
  coverAssetId?: string;
}

/** An in-memory cms-service. It can outlive the app under test. */
export class CmsInMemory {
  readonly episodes = new Map<string, StoredEpisode>();
  readonly programs = new Map<string, { id: string; content: unknown; published: boolean }>();
  readonly covers: { key: string; assetId: string }[] = [];
  /** Runs before each batch; may throw or never settle. */
  beforeBatch: (keys: readonly string[]) => Promise<void> | void = () => undefined;
  batches = 0;

  reset(): void {
    this.episodes.clear();
    this.programs.clear();
    this.covers.length = 0;
    this.beforeBatch = () => undefined;
    this.batches = 0;
  }

  neighbour(): Neighbour {
    return stubNeighbour(cmsServiceApi, {
      getProgram: () => {
        throw notFound('program.not_found');
      },
      importProgram: ({ params, body }) => {
        const known = this.programs.get(params.id);
        const program = known ?? { id: body.programId ?? randomUUIDv7(), content: undefined, published: false };
        const outcome: ImportOutcome = !known
          ? 'new'
          : JSON.stringify(known.content) === JSON.stringify(body.content)
            ? 'unchanged'
            : 'changed';
        const published = body.publish && (!program.published || outcome === 'changed');
        this.programs.set(params.id, { ...program, content: body.content, published: program.published || published });
        return { programId: program.id, outcome, published, codes: [] };
      },
      importEpisodes: async ({ params, body }) => {
        this.batches += 1;
        await this.beforeBatch(body.items.map(({ key }) => key));
        return { results: body.items.map(({ key, content }) => this.upsert(params.id, key, content, body.publish)) };
      },
      importCovers: ({ body }) => void this.covers.push(...body.covers),
    });
  }

  private upsert(sourceId: string, key: string, incoming: unknown, wanted: boolean): ImportedEpisode {
    const parsed = EpisodeContent.safeParse(incoming, { reportInput: true });
    const result = { key, episodeId: null, published: false, codes: [] };
    if (!parsed.success) {
      const errors = fieldErrors(parsed.error.issues).map(({ pointer, code }) => ({ pointer, code }));
      return { ...result, outcome: 'failed', errors, codes: errors.map(({ code }) => code) };
    }
    const known = this.episodes.get(`${sourceId}/${key}`);
    const codes: string[] = [];
    let content = parsed.data;
    if (content.number !== undefined && this.holderOf(sourceId, content, key)) {
      const { number: _, ...rest } = content;
      content = rest;
      codes.push('episode.number_taken');
    }
    const json = JSON.stringify(content);
    const isUnchanged = known?.json === json;
    const isPlayable = content.enclosure !== undefined || content.link !== undefined;
    const publish = wanted && isPlayable && !(isUnchanged && known.status === 'published');
    if (wanted && !isPlayable) codes.push('readiness.media_missing');
    const episode: StoredEpisode = {
      id: known?.id ?? randomUUIDv7(),
      key,
      content,
      json,
      status: publish ? 'published' : (known?.status ?? 'draft'),
    };
    this.episodes.set(`${sourceId}/${key}`, episode);
    return {
      key,
      outcome: !known ? 'new' : isUnchanged ? 'unchanged' : 'changed',
      episodeId: episode.id,
      published: publish,
      codes,
      errors: [],
    };
  }

  private holderOf(sourceId: string, { season, number, kind }: EpisodeContent, key: string): boolean {
    return [...this.episodes].some(
      ([path, { content }]) =>
        path.startsWith(sourceId) &&
        path !== `${sourceId}/${key}` &&
        content.number === number &&
        content.season === season &&
        content.kind === kind,
    );
  }
}

export const metadataNeighbour = (): Neighbour =>
  stubNeighbour(metadataServiceApi, {
    listCategories: () => ({
      version: 1,
      items: [
        { key: 'society', names: { ar: 'المجتمع والثقافة', en: 'Society & Culture' } },
        { key: 'society.documentary', parent: 'society', names: { ar: 'الوثائقيات', en: 'Documentary' } },
        { key: 'news', names: { ar: 'الأخبار', en: 'News' } },
      ],
    }),
  });

/** A media-service that accepts images; the general stub reads JSON only. */
export function mediaNeighbour(): Neighbour & {
  readonly pictures: { readonly sourceUrl: string; readonly type: string | undefined; readonly bytes: number }[];
} {
  const pictures: { sourceUrl: string; type: string | undefined; bytes: number }[] = [];
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.length));
    request.on('end', () => {
      const sourceUrl = new URL(request.url ?? '', 'http://media').searchParams.get('sourceUrl') ?? '';
      pictures.push({ sourceUrl, type: request.headers['content-type'], bytes });
      const now = new Date().toISOString();
      const asset = {
        id: randomUUIDv7(),
        fileName: 'a.png',
        type: 'image/png',
        size: bytes,
        sha256: null,
        status: 'ready',
        reason: null,
        width: 1,
        height: 1,
        durationSeconds: null,
        alt: {},
        path: null,
        version: 1,
        createdAt: now,
        updatedAt: now,
        createdBy: null,
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(asset));
    });
  });
  return {
    app: mediaServiceApi.app,
    calls: [],
    pictures,
    listen: (port) => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
