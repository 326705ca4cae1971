import { type Asset, type Input, mediaServiceApi } from '@mediamesh/contracts';
import { type Endpoints, Implements, In } from '@mediamesh/http';
import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { discardRest } from './incoming-bytes.js';
import { PicturesService } from './pictures.service.js';
import { UploadsService } from './uploads.service.js';

type Media = Endpoints<typeof mediaServiceApi>;

@Controller()
export class UploadsController {
  constructor(
    private readonly uploads: UploadsService,
    private readonly pictures: PicturesService,
  ) {}

  @Implements(mediaServiceApi, 'upload')
  upload(@In() { params }: Input<Media['upload']>, @Req() { raw }: FastifyRequest): Promise<void> {
    return orDiscard(raw, this.uploads.receive(params.signed, raw.headers, raw));
  }

  @Implements(mediaServiceApi, 'importImage')
  importImage(@In() { query }: Input<Media['importImage']>, @Req() { raw }: FastifyRequest): Promise<Asset> {
    return orDiscard(raw, this.pictures.import(query.sourceUrl, raw.headers, raw));
  }
}

async function orDiscard<T>(raw: FastifyRequest['raw'], work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    discardRest(raw);
  }
}
