import { conflict, type MetadataVersion, type PutVersionsResult } from '@mediamesh/contracts';
import { Database } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { VocabulariesService } from '../vocabularies/vocabularies.service.js';
import { validateContent } from './validate-content.js';
import { VersionsRepository } from './versions.repository.js';

interface Proposed {
  readonly id: string;
  readonly kind: 'program' | 'episode';
  readonly subjectId: string;
  readonly content?: unknown;
}

/** Validates, sanitises and keeps what is said about programs and episodes. */
@Injectable()
export class VersionsService {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsRepository,
    private readonly vocabularies: VocabulariesService,
  ) {}

  /** One that is not valid is answered with its mistakes and keeps none of the others back. */
  async put(proposed: readonly Proposed[]): Promise<PutVersionsResult> {
    const categories = await this.vocabularies.categoryKeys();
    const results = proposed.map(({ content, ...version }) => {
      const validated = validateContent(version.kind, content, categories);
      return 'errors' in validated
        ? { errors: [...validated.errors] }
        : { version: { ...version, content: validated.content } as MetadataVersion };
    });
    const valid = results.flatMap((result) => ('version' in result && result.version ? [result.version] : []));
    if (valid.length > 0) {
      const clashes = await this.database.transaction((tx) => this.versions.insert(tx, valid));
      if (clashes.length > 0) throw conflict('version.exists', { values: { id: clashes[0] ?? '' } });
    }
    return { results: results as PutVersionsResult['results'] };
  }

  read(ids: readonly string[]): Promise<MetadataVersion[]> {
    return this.versions.read(this.database.db, ids);
  }
}
