import {
  type Asset,
  type Caller,
  type DeclaredAsset,
  mediaServiceApi,
  type Input,
  type Page,
} from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { CalledBy } from '@mediamesh/security';
import { Controller } from '@nestjs/common';
import { AssetsService } from './assets.service.js';

type Media = Endpoints<typeof mediaServiceApi>;

@Controller()
export class AssetsController {
  constructor(private readonly assets: AssetsService) {}

  @Implements(mediaServiceApi, 'listAssets')
  list(@In() { query }: Input<Media['listAssets']>): Promise<Page<Asset>> {
    return this.assets.list(query);
  }

  @Implements(mediaServiceApi, 'declareAsset')
  declare(@In() { body }: Input<Media['declareAsset']>, @CalledBy() caller: Caller): Promise<DeclaredAsset> {
    return this.assets.declare(body, caller);
  }

  @Implements(mediaServiceApi, 'getAsset')
  get(@In() { params }: Input<Media['getAsset']>): Promise<Asset> {
    return this.assets.get(params.id);
  }

  @Implements(mediaServiceApi, 'completeAsset')
  complete(@In() { params }: Input<Media['completeAsset']>): Promise<Asset> {
    return this.assets.complete(params.id);
  }

  @Implements(mediaServiceApi, 'readAssets')
  async read(@In() { body }: Input<Media['readAssets']>): Promise<{ assets: Asset[] }> {
    return { assets: await this.assets.read(body.ids) };
  }
}
