import { type ImportItem, type ImportRun, ingestServiceApi, type Input, type Page } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RunsService } from './runs.service.js';
import { readSentFeed } from './sent-feed.js';

type Api = Endpoints<typeof ingestServiceApi>;

@Controller()
export class RunsController {
  constructor(private readonly runs: RunsService) {}

  @Implements(ingestServiceApi, 'startRun')
  async start(@In() { params, query }: Input<Api['startRun']>, @Req() { raw }: FastifyRequest): Promise<ImportRun> {
    const body = await readSentFeed(raw);
    return this.runs.start(
      params.id,
      query.publish,
      body && { body, contentType: raw.headers['content-type']?.slice(0, 200) },
    );
  }

  @Implements(ingestServiceApi, 'listRuns')
  list(@In() { query }: Input<Api['listRuns']>): Promise<Page<ImportRun>> {
    return this.runs.list(query);
  }

  @Implements(ingestServiceApi, 'getRun')
  get(@In() { params }: Input<Api['getRun']>): Promise<ImportRun> {
    return this.runs.get(params.id);
  }

  @Implements(ingestServiceApi, 'listRunItems')
  listItems(@In() { params, query }: Input<Api['listRunItems']>): Promise<Page<ImportItem>> {
    return this.runs.listItems(params.id, query);
  }
}
