import { type Answer, cmsServiceApi, type Input } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Database } from '@mediamesh/postgres';
import { Controller, Inject } from '@nestjs/common';
import { PublicDocumentsRepository } from './public-documents.repository.js';

type Api = Endpoints<typeof cmsServiceApi>;

@Controller()
export class PublicDocumentsController {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(PublicDocumentsRepository) private readonly documents: PublicDocumentsRepository,
  ) {}

  @Implements(cmsServiceApi, 'listPublicDocuments')
  async list(@In() { query }: Input<Api['listPublicDocuments']>): Promise<Answer<Api['listPublicDocuments']>> {
    const rows = await this.documents.list(this.database.db, query.after, query.limit);
    const items = rows.map(({ id, kind, programId, revision, visible, document }) =>
      visible && document ? { document: { ...document, revision } } : { tombstone: { id, kind, programId, revision } },
    );
    return { items, next: rows.length === query.limit ? (rows.at(-1)?.id ?? null) : null };
  }
}
