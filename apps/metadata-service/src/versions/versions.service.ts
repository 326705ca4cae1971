import { conflict, type MetadataVersion, type PutVersionsResult } from '@mediamesh/contracts';
import { Database } from '@mediamesh/postgres';
import { Injectable } from '@nestjs/common';
import { VocabulariesService } from '../vocabularies/vocabularies.service.js';
import { type ProposedVersion, validateContent } from './validate-content.js';
import { VersionsRepository } from './versions.repository.js';

/** Validates, sanitises and keeps what is said about programs and episodes. */
@Injectable()
export class VersionsService {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsRepository,
    private readonly vocabularies: VocabulariesService,
  ) {}

  /** One that is not valid is answered with its mistakes and keeps none of the others back. */
  async put(proposed: readonly ProposedVersion[]): Promise<PutVersionsResult> {
    const categories = await this.vocabularies.categoryKeys();
    const results = proposed.map((version) => validateContent(version, categories));
    const valid = results.flatMap((result) => ('version' in result ? [result.version] : []));
    if (valid.length > 0) {
      const clashes = await this.database.transaction((tx) => this.versions.insert(tx, valid));
      if (clashes.length > 0) throw conflict('version.exists', { values: { id: clashes[0] ?? '' } });
    }
    return {
      results: results.map((result) => ('version' in result ? result : { errors: [...result.errors] })),
    };
  }

  read(ids: readonly string[]): Promise<MetadataVersion[]> {
    return this.versions.read(this.database.db, ids);
  }
}
