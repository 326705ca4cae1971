import { Readable } from 'node:stream';
import { Asset, cmsServiceApi, maximumImportBatch, mediaServiceApi, Refusal } from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { createContext, Logger, Metrics, runInContext } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AllowedPrivate } from '../fetching/allowed-private.js';
import { FeedError } from '../fetching/feed-error.js';
import { createSafeFetch, type SafeFetch } from '../fetching/safe-fetch.js';
import { isAway } from '../imports/patience.js';
import { CoversRepository, type DueImage } from './covers.repository.js';
import { imageTypeOf } from './image-type.js';

const pollEvery = 5_000;
const atOnce = 4;
const maximumAttempts = 5;
/** Seconds before the second try; each further wait is four times as long. */
const firstWait = 30;
const maximumBytes = 10 * 1024 * 1024;

/**
 * Fetches the pictures of feeds after their runs, hands them to media-service and tells cms-service whose covers they
 * are. A picture that cannot be had is tried again a few times and then left; no run waits for it, none fails of it.
 */
@Injectable()
export class ImageWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly media: Client<typeof mediaServiceApi>;
  private readonly cms: Client<typeof cmsServiceApi>;
  private readonly fetcher: SafeFetch;
  private readonly stop = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private turn: Promise<void> | undefined;
  private isWoken = false;

  constructor(
    private readonly database: Database,
    private readonly covers: CoversRepository,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    { addresses }: AllowedPrivate,
    clients: Clients,
  ) {
    this.media = clients.of(mediaServiceApi, { asService: true, deadlineMs: 20_000 });
    this.cms = clients.of(cmsServiceApi, { asService: true, deadlineMs: 20_000 });
    this.fetcher = createSafeFetch({ allowedPrivate: addresses, maxBytes: maximumBytes });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.wake(), pollEvery).unref();
    this.wake();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    this.stop.abort();
    await this.turn;
  }

  /** Works until nothing is due; one turn at a time. */
  wake(): void {
    this.isWoken = true;
    if (this.turn || this.stop.signal.aborted) return;
    this.turn = runInContext(createContext({ caller: { kind: 'service', name: 'ingest-service' } }), () =>
      this.work(),
    ).finally(() => (this.turn = undefined));
  }

  private async work(): Promise<void> {
    try {
      while (!this.stop.signal.aborted) {
        this.isWoken = false;
        const due = await this.covers.takeDue(this.database.db, atOnce);
        await Promise.all(due.map((image) => this.keep(image)));
        const told = await this.tellCovers();
        if (due.length === 0 && !told && !this.isWoken) return;
      }
    } catch (error) {
      this.logger.warn('The pictures of feeds could not be worked on; the next turn tries again', { error });
    }
  }

  private async keep(image: DueImage): Promise<void> {
    try {
      const assetId = await this.import(image.url);
      await this.covers.setAsset(this.database.db, image, assetId);
      this.metrics.count('mediamesh_ingest_images', { result: 'kept' });
    } catch (error) {
      // What an orderly stop cut off is tried again when its lease ends.
      if (!this.stop.signal.aborted) await this.retryOrLeave(image, error);
    }
  }

  private async import(url: string): Promise<string> {
    const { body } = await this.fetcher.fetchBytes(url, { accept: 'image/*', signal: this.stop.signal });
    const type = imageTypeOf(body);
    if (type === undefined) throw new Refusal('invalid', 'asset.type_not_allowed');
    const headers = { 'content-type': type, 'content-length': String(body.length) };
    const answer = await this.media.forward(
      'importImage',
      { query: { sourceUrl: url } },
      { stream: Readable.from([body]), headers },
    );
    return Asset.parse(JSON.parse(answer.body.toString())).id;
  }

  private async retryOrLeave(image: DueImage, error: unknown): Promise<void> {
    const { sourceId, attempts } = image;
    const code = error instanceof FeedError || error instanceof Refusal ? error.code : 'image.failed';
    const isOver = isFinal(error) || attempts >= maximumAttempts;
    this.logger[isOver ? 'warn' : 'info'](
      isOver ? 'A picture of a feed was given up' : 'A picture of a feed is tried again later',
      { sourceId, attempts, code, error },
    );
    this.metrics.count('mediamesh_ingest_images', { result: isOver ? 'given_up' : 'postponed' });
    if (isOver) await this.covers.giveUp(this.database.db, image, code);
    else await this.covers.postpone(this.database.db, image, firstWait * 4 ** (attempts - 1));
  }

  /** Tells cms-service about one source's covers; answers whether there were any. */
  private async tellCovers(): Promise<boolean> {
    const ready = await this.covers.findReady(this.database.db, maximumImportBatch);
    if (!ready) return false;
    const { sourceId, publish, covers } = ready;
    try {
      await this.cms.importCovers({
        params: { id: sourceId },
        body: { covers: [...covers], publish: publish === 'when_ready' },
      });
    } catch (error) {
      if (!(error instanceof Refusal) || isAway(error)) throw error;
      // Refused is refused: these must not stand in the way of all others.
      this.logger.warn('Covers of a source were refused', { sourceId, covers: covers.length, code: error.code, error });
    }
    await this.covers.setDone(this.database.db, ready);
    return true;
  }
}

/** Whether the same would happen again: what is there is no picture for us, or may not be fetched. */
function isFinal(error: unknown): boolean {
  if (error instanceof Refusal)
    return (
      error.kind === 'invalid' ||
      error.kind === 'tooLarge' ||
      error.kind === 'unsupportedMediaType' ||
      error.kind === 'conflict'
    );
  if (!(error instanceof FeedError)) return false;
  const { status = 0 } = error.answer;
  const isForGood = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return (
    isForGood ||
    [
      'feed.url_invalid',
      'feed.credentials_in_url',
      'feed.private_address',
      'feed.too_large',
      'feed.too_many_redirects',
    ].includes(error.code)
  );
}
