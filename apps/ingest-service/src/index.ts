import { defineApp } from '@mediamesh/app';
import { ingestServiceApi } from '@mediamesh/contracts';
import { z } from 'zod';
import { AllowedPrivate } from './fetching/allowed-private.js';
import { CoversRepository } from './images/covers.repository.js';
import { ImageWorker } from './images/image-worker.js';
import { EpisodeSender } from './imports/episode-sender.js';
import { ItemsRepository } from './items/items.repository.js';
import { Importer } from './runs/importer.js';
import { ProgramSender } from './imports/program-sender.js';
import { RunExecutor } from './runs/run-executor.js';
import { RunQueue } from './runs/run-queue.repository.js';
import { RunRecords } from './runs/run-records.repository.js';
import { RunSourcesRepository } from './runs/run-sources.repository.js';
import { RunsController } from './runs/runs.controller.js';
import { RunsRepository } from './runs/runs.repository.js';
import { RunsService } from './runs/runs.service.js';
import { RssReader } from './sources/rss/rss-reader.js';
import { SourceReaders } from './sources/source-reader.js';
import { SourcesController } from './sources/sources.controller.js';
import { SourcesRepository } from './sources/sources.repository.js';
import { SourcesService } from './sources/sources.service.js';

/** Comma-separated `host:port`, spelt as in a URL: `127.0.0.1:8097,[::1]:8097`. */
const Addresses = z
  .string()
  .default('')
  .transform((list) =>
    list
      .split(',')
      .map((address) => address.trim().toLowerCase())
      .filter((address) => address !== ''),
  )
  .pipe(z.array(z.string().regex(/^[^\s/@]+:\d{1,5}$/, 'must look like 127.0.0.1:8097,[::1]:8097')));

export const ingestService = defineApp({
  name: 'ingest-service',
  about: {
    title: 'Ingest service',
    description: 'Imports of feeds: sources, runs of them, and what became of each item.',
  },
  database: 'ingest',
  apis: [ingestServiceApi],
  uploads: true,
  config: {
    INGEST_ALLOWED_PRIVATE: Addresses.describe(
      "Private addresses that may be fetched all the same: feeds in one's own network. Separated by commas.",
    ),
  },
  controllers: [SourcesController, RunsController],
  providers: ({ INGEST_ALLOWED_PRIVATE }) => [
    { provide: AllowedPrivate, useValue: new AllowedPrivate(new Set(INGEST_ALLOWED_PRIVATE)) },
    SourcesRepository,
    SourcesService,
    RunsRepository,
    RunsService,
    RunQueue,
    RunRecords,
    RunSourcesRepository,
    RunExecutor,
    Importer,
    { provide: SourceReaders, useValue: new SourceReaders({ rss: new RssReader(new Set(INGEST_ALLOWED_PRIVATE)) }) },
    ItemsRepository,
    ProgramSender,
    EpisodeSender,
    CoversRepository,
    ImageWorker,
  ],
});
