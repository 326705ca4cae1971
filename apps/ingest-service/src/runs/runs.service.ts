import { randomUUIDv7 } from 'node:crypto';
import {
  conflict,
  type ImportItem,
  type ImportRun,
  type ingestServiceApi,
  type Input,
  notFound,
  type Page,
  type PublishPolicy,
  Refusal,
} from '@mediamesh/contracts';
import { Cursors, type Endpoints } from '@mediamesh/http';
import { Database, uniqueViolation } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import type { SentBody } from '../sources/source-reader.js';
import { SourcesRepository } from '../sources/sources.repository.js';
import { RunExecutor } from './run-executor.js';
import { activeRunKey, RunsRepository } from './runs.repository.js';

type Queries = Endpoints<typeof ingestServiceApi>;
type RunQuery = Input<Queries['listRuns']>['query'];
type ItemQuery = Input<Queries['listRunItems']>['query'];

@Injectable()
export class RunsService {
  constructor(
    private readonly database: Database,
    private readonly runs: RunsRepository,
    private readonly sources: SourcesRepository,
    private readonly executor: RunExecutor,
    private readonly cursors: Cursors,
  ) {}

  /** Queues a run of the source's address or of an uploaded feed. `publish` overrides the source's policy. */
  async start(sourceId: string, publish: PublishPolicy | undefined, sent: SentBody | undefined): Promise<ImportRun> {
    const id = randomUUIDv7();
    try {
      return await this.database.transaction(async (tx) => {
        const source = await this.sources.find(tx, sourceId, { lock: true });
        if (!source) throw notFound('source.not_found');
        if (source.url === null && !sent)
          throw new Refusal('invalid', 'source.has_no_url', { errors: [{ pointer: '', code: 'source.has_no_url' }] });
        const run = await this.runs.insert(tx, { id, sourceId, publish }, sent);
        await this.sources.setLastRun(tx, sourceId, id);
        this.database.afterCommit(tx, () => this.executor.wake());
        return run;
      });
    } catch (error) {
      throw uniqueViolation(error) === activeRunKey ? conflict('run.already_running', { cause: error }) : error;
    }
  }

  list({ sourceId, status, ...range }: RunQuery): Promise<Page<ImportRun>> {
    return this.cursors.page(
      ['runs', sourceId, status],
      range,
      (below: string | undefined, limit: number) =>
        this.runs.list(this.database.db, { sourceId, status, below }, limit),
      ({ id }) => id,
    );
  }

  async get(id: string): Promise<ImportRun> {
    const run = await this.runs.find(this.database.db, id);
    if (!run) throw notFound('run.not_found');
    return run;
  }

  listItems(runId: string, { outcome, ...range }: ItemQuery): Promise<Page<ImportItem>> {
    return this.cursors.page(
      ['run-items', runId, outcome],
      range,
      async (after: number | undefined, limit: number) => {
        await this.get(runId);
        return this.runs.listItems(this.database.db, runId, { outcome, after }, limit);
      },
      ({ position }) => position,
    );
  }
}
