import { type Input, metadataServiceApi, type MetadataVersion, type PutVersionsResult } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Controller } from '@nestjs/common';
import { VersionsService } from './versions.service.js';

type Api = Endpoints<typeof metadataServiceApi>;

@Controller()
export class VersionsController {
  constructor(private readonly versions: VersionsService) {}

  @Implements(metadataServiceApi, 'putVersions')
  put(@In() { body }: Input<Api['putVersions']>): Promise<PutVersionsResult> {
    return this.versions.put(body.versions);
  }

  @Implements(metadataServiceApi, 'readVersions')
  async read(@In() { body }: Input<Api['readVersions']>): Promise<{ versions: MetadataVersion[] }> {
    return { versions: await this.versions.read(body.ids) };
  }
}
