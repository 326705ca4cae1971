import { type Answer, cmsServiceApi, type Input } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Outbox } from '@mediamesh/outbox';
import { Database } from '@mediamesh/postgres';
import { Controller } from '@nestjs/common';
import { announceAgain } from './announcements.js';
import { PublicDocumentsRepository, type PublicRow } from './public-documents.repository.js';

type Api = Endpoints<typeof cmsServiceApi>;

@Controller()
export class PublicDocumentsController {
  constructor(
    private readonly database: Database,
    private readonly documents: PublicDocumentsRepository,
    private readonly outbox: Outbox,
  ) {}

  @Implements(cmsServiceApi, 'listPublicDocuments')
  async list(@In() { query }: Input<Api['listPublicDocuments']>): Promise<Answer<Api['listPublicDocuments']>> {
    const { rows, more } = await this.documents.list(this.database.db, query.after, query.limit);
    const items = rows.map(({ id, kind, programId, revision, visible, document }) =>
      visible && document ? { document: { ...document, revision } } : { tombstone: { id, kind, programId, revision } },
    );
    return { items, next: nextOf(rows, more) };
  }

  @Implements(cmsServiceApi, 'countPublicDocuments')
  count(): Promise<Answer<Api['countPublicDocuments']>> {
    return this.documents.count(this.database.db);
  }

  @Implements(cmsServiceApi, 'announcePublicDocuments')
  announce(@In() { query }: Input<Api['announcePublicDocuments']>): Promise<Answer<Api['announcePublicDocuments']>> {
    return this.database.transaction(async (tx) => {
      const { rows, more } = await this.documents.list(tx, query.after, query.limit);
      await announceAgain(this.outbox, tx, rows);
      return { announced: rows.length, next: nextOf(rows, more) };
    });
  }
}

const nextOf = (rows: readonly PublicRow[], more: boolean): string | null => (more ? (rows.at(-1)?.id ?? null) : null);
