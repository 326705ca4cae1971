import { defineApp } from '@mediamesh/app';
import { discoveryGatewayApi, discoveryGatewayApis, discoveryServiceApi } from '@mediamesh/contracts';
import { forward } from '@mediamesh/http';
import { CacheHeaders } from './caching/cache-headers.interceptor.js';
import { MediaController } from './media/media.controller.js';

/** The public's door: it passes on what discovery-service and media-service answer, and says how it may be cached. */
export const discoveryGateway = defineApp({
  name: 'discovery-gateway',
  role: 'gateway',
  apis: discoveryGatewayApis,
  config: {},
  controllers: [forward(discoveryGatewayApi, discoveryServiceApi, CacheHeaders), MediaController],
  providers: () => [],
});
