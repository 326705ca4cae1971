import { cmsServiceApi, type ImportedEpisodes, type ImportedProgram, type Input } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Controller } from '@nestjs/common';
import { ImportsService } from './imports.service.js';

type Api = Endpoints<typeof cmsServiceApi>;

@Controller()
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Implements(cmsServiceApi, 'importProgram')
  program(@In() { params, body }: Input<Api['importProgram']>): Promise<ImportedProgram> {
    return this.imports.importProgram(params.id, body);
  }

  @Implements(cmsServiceApi, 'importEpisodes')
  episodes(@In() { params, body }: Input<Api['importEpisodes']>): Promise<ImportedEpisodes> {
    return this.imports.importEpisodes(params.id, body);
  }

  @Implements(cmsServiceApi, 'importCovers')
  covers(@In() { params, body }: Input<Api['importCovers']>): Promise<void> {
    return this.imports.importCovers(params.id, body);
  }
}
