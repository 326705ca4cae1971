import { cmsServiceApi, type Input } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Database } from '@mediamesh/postgres';
import { Controller } from '@nestjs/common';
import { VersionsRepository } from './versions.repository.js';

@Controller()
export class VersionsController {
  constructor(
    private readonly database: Database,
    private readonly versions: VersionsRepository,
  ) {}

  @Implements(cmsServiceApi, 'unreferencedVersions')
  async unreferenced(
    @In() { body }: Input<Endpoints<typeof cmsServiceApi>['unreferencedVersions']>,
  ): Promise<{ ids: string[] }> {
    return { ids: await this.versions.unreferenced(this.database.db, body.ids) };
  }
}
