import {
  conflict,
  type Input,
  metadataServiceApi,
  type MetadataVersion,
  type PutVersionsResult,
} from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Database } from '@mediamesh/postgres';
import { Controller } from '@nestjs/common';
import { VocabulariesService } from '../vocabularies/vocabularies.service.js';
import { validateContent } from './validate-content.js';
import { VersionsRepository } from './versions.repository.js';

type Api = Endpoints<typeof metadataServiceApi>;

@Controller()
export class VersionsController {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsRepository,
    private readonly vocabularies: VocabulariesService,
  ) {}

  /** An invalid version is answered with its errors; the valid ones are stored all the same. */
  @Implements(metadataServiceApi, 'putVersions')
  async put(@In() { body }: Input<Api['putVersions']>): Promise<PutVersionsResult> {
    const hasProgram = body.versions.some(({ kind }) => kind === 'program');
    const categories = hasProgram ? await this.vocabularies.categoryKeys() : new Set<string>();
    const results = body.versions.map((proposed) => validateContent(proposed, categories));
    const valid = results.flatMap((result) => ('version' in result ? [result.version] : []));
    const [clash] = await this.versions.insert(this.database.db, valid);
    if (clash !== undefined) throw conflict('version.exists', { values: { id: clash } });
    return { results };
  }

  @Implements(metadataServiceApi, 'readVersions')
  async read(@In() { body }: Input<Api['readVersions']>): Promise<{ versions: MetadataVersion[] }> {
    return { versions: await this.versions.read(this.database.db, body.ids) };
  }
}
