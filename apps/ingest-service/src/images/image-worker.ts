import { Readable } from 'node:stream';
import { Asset, cmsServiceApi, maximumImportBatch, mediaServiceApi, Refusal } from '@mediamesh/contracts';
import { type Client, Clients } from '@mediamesh/http';
import { PeriodicWorker } from '@mediamesh/jobs';
import { Logger, Metrics } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { isAway } from '@mediamesh/resilience';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { AllowedPrivate } from '../fetching/allowed-private.js';
import { FeedError } from '../fetching/feed-error.js';
import { createSafeFetch, type SafeFetch } from '../fetching/safe-fetch.js';
import { CoversRepository, type DueImage, dueImages } from './covers.repository.js';
import { imageTypeOf } from './image-type.js';

const every = 5_000;
const concurrency = 4;
const maximumAttempts = 5;
/** Seconds before the second attempt. Each further wait is four times as long. */
const firstWait = 30;
const maximumBytes = 10 * 1024 * 1024;

/**
 * Fetches images after the runs of their sources, stores them in media-service and sends the covers to cms-service. A
 * failed image is retried and then given up. Runs neither wait for images nor fail because of them.
 */
@Injectable()
export class ImageWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly media: Client<typeof mediaServiceApi>;
  private readonly cms: Client<typeof cmsServiceApi>;
  private readonly fetcher: SafeFetch;
  private readonly worker: PeriodicWorker;

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
    const work = (stop: AbortSignal): Promise<void> => this.work(stop);
    this.worker = new PeriodicWorker({ name: 'ingest.images', app: 'ingest-service', every, work, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.worker.wake();
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop();
  }

  wake(): void {
    this.worker.wake();
  }

  private async work(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const due = await dueImages.take(this.database.db, concurrency);
      await Promise.all(due.map((image) => this.keep(image, stop)));
      const hadCovers = await this.sendCovers();
      if (due.length === 0 && !hadCovers) return;
    }
  }

  private async keep(image: DueImage, stop: AbortSignal): Promise<void> {
    try {
      const assetId = await this.import(image.url, stop);
      await dueImages.update(this.database.db, image, 'asset_id = $1', [assetId]);
      this.metrics.count('mediamesh_ingest_images', { result: 'kept' });
    } catch (error) {
      // An image interrupted by a shutdown is retried when its lease expires.
      if (!stop.aborted) await this.retryOrGiveUp(image, error);
    }
  }

  private async import(url: string, stop: AbortSignal): Promise<string> {
    const { body } = await this.fetcher.fetchBytes(url, { accept: 'image/*', signal: stop });
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

  private async retryOrGiveUp(image: DueImage, error: unknown): Promise<void> {
    const { source_id: sourceId, attempts } = image;
    const code = error instanceof FeedError || error instanceof Refusal ? error.code : 'image.failed';
    const isOver = isFinal(error) || attempts >= maximumAttempts;
    this.logger[isOver ? 'warn' : 'info'](
      isOver ? 'A picture of a feed was given up' : 'A picture of a feed is tried again later',
      { sourceId, attempts, code, error },
    );
    this.metrics.count('mediamesh_ingest_images', { result: isOver ? 'given_up' : 'postponed' });
    if (isOver) await dueImages.update(this.database.db, image, 'given_up_code = $1', [code]);
    else await dueImages.postpone(this.database.db, image, firstWait * 4 ** (attempts - 1));
  }

  /** Returns false when no source has covers to send. */
  private async sendCovers(): Promise<boolean> {
    const ready = await this.covers.findReady(this.database.db, maximumImportBatch);
    if (!ready) return false;
    const { sourceId, publish, covers } = ready;
    try {
      const body = { covers: [...covers], publish: publish === 'when_ready' };
      await this.cms.importCovers({ params: { id: sourceId }, body });
    } catch (error) {
      if (!(error instanceof Refusal) || isAway(error)) throw error;
      // Refused covers are marked done, or they would block all others.
      this.logger.warn('Covers of a source were refused', { sourceId, covers: covers.length, code: error.code, error });
    }
    await this.covers.setDone(this.database.db, ready);
    return true;
  }
}

const finalRefusals: readonly string[] = ['invalid', 'tooLarge', 'unsupportedMediaType', 'conflict'];
const finalErrors: readonly string[] = [
  'feed.url_invalid',
  'feed.credentials_in_url',
  'feed.private_address',
  'feed.too_large',
  'feed.too_many_redirects',
];

/** Whether a retry would fail in the same way: the content is not a supported image, or it may not be fetched. */
function isFinal(error: unknown): boolean {
  if (error instanceof Refusal) return finalRefusals.includes(error.kind);
  if (!(error instanceof FeedError)) return false;
  const { status = 0 } = error.answer;
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return isRefused || finalErrors.includes(error.code);
}
