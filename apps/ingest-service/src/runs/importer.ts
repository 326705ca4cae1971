import { type ImportedProgram, notFound } from '@mediamesh/contracts';
import { Logger, Metrics } from '@mediamesh/observability';
import { Database } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { type EpisodeResult, EpisodeSender } from '../imports/episode-sender.js';
import { batchesOf, type PlannedItem, planItems } from '../imports/item-plan.js';
import { isReadinessCode, isSettled, type ItemRecord, recordOf, recordOfDuplicate } from '../imports/item-record.js';
import { ProgramSender } from '../imports/program-sender.js';
import { languageOf } from '../imports/source-language.js';
import { distinct, warningCode } from '../imports/warning-codes.js';
import { identifyItems } from '../items/identity.js';
import { ItemsRepository } from '../items/items.repository.js';
import type { SourceContent } from '../sources/source-content.js';
import { SourceReaders } from '../sources/source-reader.js';
import type { ClaimedRun } from './run-queue.repository.js';
import { RunRecords } from './run-records.repository.js';
import { type RunSource, RunSourcesRepository } from './run-sources.repository.js';
import { RunsRepository } from './runs.repository.js';

interface Import {
  readonly run: ClaimedRun;
  readonly source: RunSource;
  readonly content: SourceContent;
  readonly language: string;
  readonly stop: AbortSignal;
}

@Injectable()
export class Importer {
  constructor(
    private readonly database: Database,
    private readonly readers: SourceReaders,
    private readonly programs: ProgramSender,
    private readonly episodes: EpisodeSender,
    private readonly runs: RunsRepository,
    private readonly records: RunRecords,
    private readonly sources: RunSourcesRepository,
    private readonly items: ItemsRepository,
    private readonly logger: Logger,
    private readonly metrics: Metrics,
  ) {}

  async execute(run: ClaimedRun, stop: AbortSignal): Promise<void> {
    const stored = await this.sources.find(this.database.db, run.sourceId);
    if (!stored) throw notFound('source.not_found');
    const source = underPolicyOf(run, stored);
    const sent = await this.runs.findSentBody(this.database.db, run.id);
    const reading = await this.readers.of(source.kind).read({ url: source.url, sent, earlier: source.settled }, stop);
    const { content, remembered } = reading;
    const notes = reading.movedTo === undefined ? [] : ['feed.moved'];
    if (!content)
      return this.records.completeUnchanged(run, source.settled!.runId, source.programId!, {
        codes: notes,
        remembered,
      });

    const work: Import = { run, source, content, language: languageOf(content), stop };
    const program = await this.importProgram(work, notes);
    const areItemsSettled = await this.importItems(work, program.programId);
    // While something is missing or must be sent again, nothing is remembered, so that the next run reads everything.
    const isProgramSettled = source.publish === 'draft' || !program.codes.some(isReadinessCode);
    await this.records.complete(
      run,
      areItemsSettled && isProgramSettled && !content.isPartial ? remembered : undefined,
    );
  }

  private async importProgram(
    { run, source, content, language, stop }: Import,
    notes: readonly string[],
  ): Promise<ImportedProgram> {
    const target = { sourceId: source.id, programId: source.givenProgramId, publish: source.publish === 'when_ready' };
    const program = await this.programs.send(target, content.program, language, stop);
    const warnings = content.warnings.map(({ code }) => warningCode('feed', code));
    // Not refused: the editor decides, and a feed that directories must not list is often the owner's own.
    const blocked = content.program.block ? ['feed.blocked'] : [];
    await this.records.begin(run, {
      total: content.items.length,
      programId: program.programId,
      codes: distinct([...notes, ...blocked, ...warnings, ...program.codes]),
      imageUrl: content.program.imageUrl,
    });
    return program;
  }

  /** Whether no item must be sent again. */
  private async importItems({ run, source, content, language, stop }: Import, programId: string): Promise<boolean> {
    const stored = await this.items.findAll(this.database.db, source.id);
    // Items settled under the source's own policy may need publishing under another one.
    const known = run.publish === null ? stored : stored.map((item) => ({ ...item, settled: false }));
    const { items, duplicates } = identifyItems(content.items, known);
    const policy = { mayPublish: source.publish === 'when_ready' };
    const planned = planItems(items, new Map(known.map((item) => [item.key, item])), policy);
    let areAllSettled = true;
    for (const batch of batchesOf(planned, language, content.program)) {
      stop.throwIfAborted();
      const results = await this.send(batch, { sourceId: source.id, programId }, stop);
      areAllSettled &&= batch.every((item) => isSettled(item, results.get(item.key)));
      await this.record(
        run,
        batch.map((item) => recordOf(item, results.get(item.key))),
      );
    }
    if (duplicates.length > 0) await this.record(run, duplicates.map(recordOfDuplicate));
    return areAllSettled;
  }

  private async send(
    batch: readonly PlannedItem[],
    target: { readonly sourceId: string; readonly programId: string },
    stop: AbortSignal,
  ): Promise<Map<string, EpisodeResult>> {
    const results = new Map<string, EpisodeResult>();
    for (const publish of [true, false]) {
      const drafts = batch.flatMap(({ key, content, mayPublish }) =>
        content !== undefined && mayPublish === publish ? { key, content } : [],
      );
      if (drafts.length === 0) continue;
      for (const [key, result] of await this.episodes.send({ ...target, publish }, drafts, stop))
        results.set(key, result);
    }
    return results;
  }

  private async record(run: ClaimedRun, records: readonly ItemRecord[]): Promise<void> {
    await this.records.record(run, records);
    for (const [outcome, some] of Map.groupBy(records, (record) => record.outcome))
      this.metrics.count('mediamesh_ingest_items', { outcome }, some.length);
    this.logger.debug('Items of a run were recorded', { runId: run.id, items: records.length });
  }
}

/** The source under the policy of this run. With another policy the settled reading does not count. */
const underPolicyOf = ({ publish }: ClaimedRun, source: RunSource): RunSource =>
  publish === null || publish === source.publish ? source : { ...source, publish, settled: undefined };
