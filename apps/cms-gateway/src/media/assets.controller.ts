import { cmsMediaApi, mediaServiceApi, type Input } from '@mediamesh/contracts';
import { type Client, Clients, type Endpoints, type Forwarded, Implements, In, streamOf } from '@mediamesh/http';
import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

type Api = Endpoints<typeof cmsMediaApi>;

/** Files: declared, uploaded, completed. */
@Controller()
export class AssetsController {
  private readonly media: Client<typeof mediaServiceApi>;

  constructor(clients: Clients) {
    this.media = clients.of(mediaServiceApi);
  }

  @Implements(cmsMediaApi, 'listAssets')
  list(@In() input: Input<Api['listAssets']>): Promise<Forwarded> {
    return this.media.forward('listAssets', input);
  }

  @Implements(cmsMediaApi, 'declareAsset')
  declare(@In() input: Input<Api['declareAsset']>): Promise<Forwarded> {
    return this.media.forward('declareAsset', input);
  }

  @Implements(cmsMediaApi, 'getAsset')
  get(@In() input: Input<Api['getAsset']>): Promise<Forwarded> {
    return this.media.forward('getAsset', input);
  }

  @Implements(cmsMediaApi, 'completeAsset')
  complete(@In() input: Input<Api['completeAsset']>): Promise<Forwarded> {
    return this.media.forward('completeAsset', input);
  }

  /** The bytes pass through as they come. */
  @Implements(cmsMediaApi, 'upload')
  upload(@In() input: Input<Api['upload']>, @Req() request: FastifyRequest): Promise<Forwarded> {
    return this.media.forward('upload', input, streamOf(request));
  }
}
