import { randomUUIDv7 } from 'node:crypto';
import {
  type Input,
  notFound,
  type Page,
  type Reindex,
  searchIndexRequested,
  type searchServiceApi,
} from '@mediamesh/contracts';
import { Cursors, type Endpoints } from '@mediamesh/http';
import { Outbox } from '@mediamesh/outbox';
import { Database, type EntityManager } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { RebuildsRepository } from './rebuilds.repository.js';

type Query = Input<Endpoints<typeof searchServiceApi>['listReindexes']>['query'];

@Injectable()
export class RebuildsService {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly rebuilds: RebuildsRepository,
    private readonly cursors: Cursors,
  ) {}

  /** Returns the active rebuild if there is one: live changes reach the index it builds, so a second adds nothing. */
  async request(requestedBy: string): Promise<Reindex> {
    for (;;) {
      const made = await this.database.transaction((tx) => this.add(tx, requestedBy));
      const rebuild = made ?? (await this.rebuilds.findActive(this.database.db));
      if (rebuild) return rebuild;
    }
  }

  /** `undefined` while another rebuild is active. */
  async add(tx: EntityManager, requestedBy: string): Promise<Reindex | undefined> {
    const rebuild = await this.rebuilds.insert(tx, randomUUIDv7(), requestedBy);
    if (rebuild) await this.outbox.append(tx, searchIndexRequested, { id: rebuild.id, requestedBy });
    return rebuild;
  }

  list(range: Query): Promise<Page<Reindex>> {
    return this.cursors.page(
      ['reindexes'],
      range,
      (below: string | undefined, limit: number) => this.rebuilds.list(this.database.db, below, limit),
      ({ id }) => id,
    );
  }

  async get(id: string): Promise<Reindex> {
    const rebuild = await this.rebuilds.find(this.database.db, id);
    if (!rebuild) throw notFound('reindex.not_found');
    return rebuild;
  }
}
