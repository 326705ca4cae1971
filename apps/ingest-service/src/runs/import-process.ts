import type { ImportedProgram } from '@mediamesh/contracts';
import { Logger, Metrics } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { createFeedParser } from '../sources/rss/feed-parser.js';
import { identifyItems } from '../items/identity.js';
import type { ParsedFeed } from '../sources/source-content.js';
import { EpisodeSender, type Sent } from '../imports/episode-sender.js';
import { languageOf } from '../imports/feed-language.js';
import { FeedLoader } from '../sources/rss/rss-reader.js';
import {
  batchesOf,
  isSettled,
  type PlannedItem,
  planItems,
  recordOf,
  recordOfDuplicate,
} from '../imports/item-plan.js';
import { waitOrStop } from '../imports/patience.js';
import { ProgramSender } from '../imports/program-sender.js';
import { RunFailure } from './run-failure.js';
import type { HeldRun } from './run-queue.repository.js';
import { type ItemRecord, RunRecords } from './run-records.repository.js';
import { type RunSource, RunSourcesRepository } from './run-sources.repository.js';
import { distinct, warningCode } from '../imports/warning-codes.js';

/** What a run is about. */
interface Import {
  readonly run: HeldRun;
  readonly source: RunSource;
  readonly feed: ParsedFeed;
  readonly language: string;
  readonly stop: AbortSignal;
}

/** One run from its feed to its last item: load, read, program, episodes in batches, done. */
@Injectable()
export class ImportProcess {
  private readonly parser = createFeedParser();

  constructor(
    private readonly database: Database,
    private readonly loader: FeedLoader,
    private readonly programs: ProgramSender,
    private readonly episodes: EpisodeSender,
    private readonly records: RunRecords,
    private readonly sources: RunSourcesRepository,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  /** Carries a run out and completes it; rejects with the reason when it cannot. */
  async execute(run: HeldRun, stop: AbortSignal): Promise<void> {
    const stored = await this.sources.find(this.database.db, run.sourceId);
    if (!stored) throw new RunFailure('source.not_found');
    const source = underPolicyOf(run, stored);
    const { document, remembered, codes } = await this.loader.load(run.id, source, stop);
    if (!document)
      return this.records.completeUnchanged(run, source.settled!.runId, source.programId!, { codes, remembered });

    const feed = await waitOrStop(this.parser.parse(document), stop);
    const about = { run, source, feed, language: languageOf(feed), stop };
    const program = await this.importProgram(about, codes);
    const areItemsSettled = await this.importItems(about, program.programId);
    // Where something is missing or must be sent again, the next run reads the whole feed whatever its server says.
    const isProgramSettled = source.publish === 'draft' || !program.codes.some(isReadiness);
    await this.records.complete(run, areItemsSettled && isProgramSettled && !feed.isPartial ? remembered : undefined);
  }

  private async importProgram(
    { run, source, feed, language, stop }: Import,
    notes: readonly string[],
  ): Promise<ImportedProgram> {
    const program = await this.programs.send(source, feed, language, stop);
    const warnings = feed.warnings.map(({ code }) => warningCode('feed', code));
    const moved = feed.newFeedUrl !== undefined && feed.newFeedUrl !== source.url ? ['feed.moved'] : [];
    // Whoever adds the source decides; a feed that directories leave out is often somebody's own.
    const blocked = feed.block ? ['feed.blocked'] : [];
    await this.records.begin(run, {
      total: feed.items.length,
      programId: program.programId,
      codes: distinct([...notes, ...moved, ...blocked, ...warnings, ...program.codes]),
      imageUrl: feed.imageUrl,
    });
    return program;
  }

  /** Answers whether none of them must be sent again. */
  private async importItems({ run, source, feed, language, stop }: Import, programId: string): Promise<boolean> {
    const stored = await this.sources.items(this.database.db, source.id);
    // What was settled under the source's own policy is not under another one.
    const known = run.publish === null ? stored : stored.map((item) => ({ ...item, settled: false }));
    const { items, duplicates } = identifyItems(feed.items, known);
    const policy = { mayPublish: source.publish === 'when_ready' };
    const planned = planItems(items, new Map(known.map((item) => [item.key, item])), policy);
    let areAllSettled = true;
    for (const batch of batchesOf(planned, language, feed)) {
      stop.throwIfAborted();
      const sent = await this.send(batch, { sourceId: source.id, programId }, stop);
      const records = batch.map((item) => recordOf(item, sent.get(item.key)));
      areAllSettled &&= batch.every((item) => isSettled(item, sent.get(item.key)));
      await this.record(run, records);
    }
    if (duplicates.length > 0) await this.record(run, duplicates.map(recordOfDuplicate));
    return areAllSettled;
  }

  private async send(
    batch: readonly PlannedItem[],
    { sourceId, programId }: { sourceId: string; programId: string },
    stop: AbortSignal,
  ): Promise<Map<string, Sent>> {
    const results = new Map<string, Sent>();
    for (const publish of [true, false]) {
      const outgoing = batch.flatMap(({ key, content, mayPublish }) =>
        content !== undefined && mayPublish === publish ? [{ key, content }] : [],
      );
      if (outgoing.length === 0) continue;
      for (const [key, result] of await this.episodes.send({ sourceId, programId, publish }, outgoing, stop))
        results.set(key, result);
    }
    return results;
  }

  private async record(run: HeldRun, records: readonly ItemRecord[]): Promise<void> {
    await this.records.record(run, records);
    for (const [outcome, some] of Map.groupBy(records, (record) => record.outcome))
      this.metrics.count('mediamesh_ingest_items', { outcome }, some.length);
    this.logger.debug('Items of a run were recorded', { runId: run.id, items: records.length });
  }
}

/**
 * The source as this run is to treat it: under another policy nothing that was settled counts, so the whole feed is
 * read.
 */
const underPolicyOf = ({ publish }: HeldRun, source: RunSource): RunSource =>
  publish === null || publish === source.publish ? source : { ...source, publish, settled: undefined };

const isReadiness = (code: string): boolean => code.startsWith('readiness.');
