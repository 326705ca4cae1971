import { defineApp } from '@mediamesh/app';
import {
  authServiceApi,
  cmsAuthApi,
  cmsGatewayApi,
  cmsGatewayApis,
  cmsIngestApi,
  cmsMediaApi,
  cmsMetadataApi,
  cmsOpsApi,
  cmsServiceApi,
  ingestServiceApi,
  mediaServiceApi,
  metadataServiceApi,
  searchServiceApi,
} from '@mediamesh/contracts';
import { forward } from '@mediamesh/http';
import { DeadLettersController } from './ops/dead-letters.controller.js';

/** The API of editors and operators: authenticates users, applies rate limits and forwards requests to the services. */
export const cmsGateway = defineApp({
  name: 'cms-gateway',
  about: {
    title: 'CMS gateway',
    description:
      'The API of editors and operators: programs and episodes, their files, and imports of feeds. To log in, call ' +
      '`login` below with e-mail and password, press **Authorize** and paste the `accessToken` of its answer; it is ' +
      'valid for 15 minutes. `npm start` prints the accounts of a development mesh. What the public sees is answered ' +
      'by the discovery gateway, at [port 8080](http://127.0.0.1:8080/docs) unless it was configured otherwise.',
  },
  apis: cmsGatewayApis,
  config: {},
  uploads: true,
  controllers: [
    forward(cmsAuthApi, authServiceApi),
    forward(cmsGatewayApi, cmsServiceApi),
    forward(cmsMetadataApi, metadataServiceApi),
    forward(cmsMediaApi, mediaServiceApi),
    forward(cmsIngestApi, ingestServiceApi),
    forward(cmsOpsApi, searchServiceApi),
    DeadLettersController,
  ],
  providers: () => [],
});
