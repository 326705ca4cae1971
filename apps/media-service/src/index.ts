import { defineApp, HttpUrl, Secret } from '@mediamesh/app';
import { mediaServiceApi } from '@mediamesh/contracts';
import { Logger } from '@mediamesh/observability';
import { z } from 'zod';
import { AssetFiles, UploadPace } from './assets/asset-files.js';
import { AssetsController } from './assets/assets.controller.js';
import { AssetsRepository } from './assets/assets.repository.js';
import { AssetsService } from './assets/assets.service.js';
import { FilesController } from './assets/files.controller.js';
import { Delivery, FilesService } from './assets/files.service.js';
import { PictureSourcesRepository } from './assets/picture-sources.repository.js';
import { PicturesService } from './assets/pictures.service.js';
import { Sweeper } from './assets/sweeper.js';
import { UploadsController } from './assets/uploads.controller.js';
import { UploadsService } from './assets/uploads.service.js';
import { ClaimsController } from './claims/claims.controller.js';
import { ClaimsRepository } from './assets/claims.repository.js';
import { VisibilityConsumer } from './visibility/visibility.consumer.js';
import { VisibilityRepository } from './visibility/visibility.repository.js';
import { openStore, storeNeeds, storeResources, storeShape } from './choose-store.js';
import { ObjectStore } from './storage/object-store.js';

export const mediaService = defineApp({
  name: 'media-service',
  about: {
    title: 'Media service',
    description: 'Pictures and media files: their declaration, upload, examination and delivery, and who uses them.',
  },
  database: 'media',
  apis: [mediaServiceApi],
  uploads: true,
  config: {
    ...storeShape,
    MEDIA_DELIVERY: z
      .enum(['stream', 'redirect'])
      .default('stream')
      .describe(
        'Whether public files are streamed through us, or redirected to links of the object store where it makes some.',
      ),
    MEDIA_UPLOAD_SECRET: Secret.describe('Signs upload links. At least 32 characters, made by chance.'),
    CMS_PUBLIC_URL: HttpUrl.default('http://localhost:8081').describe(
      'Where editors reach the CMS gateway, which upload links point at.',
    ),
    MEDIA_UPLOAD_WINDOW_SECONDS: z.coerce
      .number()
      .min(0.1)
      .max(600)
      .default(30)
      .describe('An upload must bring so many bytes in every window, else it is given up.'),
    MEDIA_UPLOAD_WINDOW_BYTES: z.coerce
      .number()
      .int()
      .min(1)
      .default(30 * 1024),
  },
  needs: storeNeeds,
  resources: storeResources,
  controllers: [AssetsController, UploadsController, FilesController, ClaimsController, VisibilityConsumer],
  providers: (config) => [
    AssetsService,
    UploadsService,
    PicturesService,
    FilesService,
    AssetFiles,
    Sweeper,
    AssetsRepository,
    PictureSourcesRepository,
    ClaimsRepository,
    VisibilityRepository,
    {
      provide: UploadPace,
      useValue: { windowMs: config.MEDIA_UPLOAD_WINDOW_SECONDS * 1000, minimumBytes: config.MEDIA_UPLOAD_WINDOW_BYTES },
    },
    { provide: Delivery, useValue: { redirects: config.MEDIA_DELIVERY === 'redirect' } satisfies Delivery },
    {
      provide: ObjectStore,
      useFactory: (logger: Logger) =>
        openStore(config, {
          secret: config.MEDIA_UPLOAD_SECRET,
          uploadUrl: `${config.CMS_PUBLIC_URL}/api/v1/media/uploads`,
          logger,
        }),
      inject: [Logger],
    },
  ],
});
