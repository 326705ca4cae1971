import { randomUUIDv7 } from 'node:crypto';
import {
  type Caller,
  callerId,
  cmsServiceApi,
  conflict,
  type CreateSource,
  type Input,
  type ingestServiceApi,
  invalid,
  notFound,
  type Page,
  Refusal,
  type Source,
  stale,
} from '@mediamesh/contracts';
import { type Client, Clients, Cursors, type Endpoints } from '@mediamesh/http';
import { Database, uniqueViolation } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { AllowedPrivate } from '../fetching/allowed-private.js';
import { FeedError } from '../fetching/feed-error.js';
import { addressKey, requireAllowedAddress } from './source-address.js';
import { SourcesRepository, urlKey } from './sources.repository.js';

type SourceQuery = Input<Endpoints<typeof ingestServiceApi>['listSources']>['query'];

@Injectable()
export class SourcesService {
  private readonly cms: Client<typeof cmsServiceApi>;

  constructor(
    private readonly database: Database,
    private readonly sources: SourcesRepository,
    private readonly cursors: Cursors,
    private readonly allowedPrivate: AllowedPrivate,
    clients: Clients,
  ) {
    this.cms = clients.of(cmsServiceApi);
  }

  list({ url, name, ...range }: SourceQuery): Promise<Page<Source>> {
    const urlKey = url === undefined ? undefined : addressKey(url);
    return this.cursors.page(
      ['sources', urlKey, name],
      range,
      (below: string | undefined, limit: number) => this.sources.list(this.database.db, { urlKey, name, below }, limit),
      ({ id }) => id,
    );
  }

  async get(id: string): Promise<Source> {
    const source = await this.sources.find(this.database.db, id);
    if (!source) throw notFound('source.not_found');
    return source;
  }

  async create({ kind, url, name, programId, publish }: CreateSource, caller: Caller): Promise<Source> {
    if (url !== undefined) this.requireAllowed(url);
    if (programId !== undefined) await this.requireProgram(programId);
    const source = {
      id: randomUUIDv7(),
      kind,
      url: url ?? null,
      urlKey: url === undefined ? null : addressKey(url),
      name: name ?? null,
      givenProgramId: programId ?? null,
      publish,
      createdBy: callerId(caller),
    };
    try {
      return await this.database.transaction((tx) => this.sources.insert(tx, source));
    } catch (error) {
      throw uniqueViolation(error) === urlKey ? conflict('source.url_taken', { cause: error }) : error;
    }
  }

  /** Imported content stays. Refused while a run is active. */
  async remove(id: string, version: number | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      const source = await this.sources.find(tx, id, { lock: true });
      if (!source) throw notFound('source.not_found');
      if (version !== undefined && version !== source.version) throw stale('request.stale');
      if (await this.sources.hasActiveRun(tx, id)) throw conflict('run.already_running');
      await this.sources.markDeleted(tx, id);
    });
  }

  private requireAllowed(url: string): void {
    try {
      requireAllowedAddress(url, this.allowedPrivate.addresses);
    } catch (error) {
      throw error instanceof FeedError ? invalid({ pointer: '/url', code: 'source.url_not_allowed' }) : error;
    }
  }

  private async requireProgram(programId: string): Promise<void> {
    try {
      await this.cms.getProgram({ params: { id: programId } });
    } catch (error) {
      const isUnknown = error instanceof Refusal && error.kind === 'notFound';
      throw isUnknown ? invalid({ pointer: '/programId', code: 'program.not_found' }) : error;
    }
  }
}
