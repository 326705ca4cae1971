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

/** The editors' door: it knows people, limits them, and hands their requests to the services. */
export const cmsGateway = defineApp({
  name: 'cms-gateway',
  role: 'gateway',
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
