import { defineApp } from '@mediamesh/app';
import { discoveryGatewayApi, discoveryGatewayApis, discoveryServiceApi } from '@mediamesh/contracts';
import { forward } from '@mediamesh/http';
import { CacheHeaders } from './caching/cache-headers.interceptor.js';
import { MediaController } from './media/media.controller.js';

/** The public API: forwards to discovery-service and media-service, and sets cache headers. */
export const discoveryGateway = defineApp({
  name: 'discovery-gateway',
  about: {
    title: 'Discovery gateway',
    description:
      'The API of the public: pages of programs and episodes, lists, search, and the bytes of files. Nobody needs to ' +
      'log in. Each answer is in one language: the one that `lang` or `Accept-Language` asks for, else the nearest ' +
      'there is. Editors log in at the CMS gateway, at [port 8081](http://127.0.0.1:8081/docs) unless it was ' +
      'configured otherwise.',
  },
  apis: discoveryGatewayApis,
  config: {},
  controllers: [forward(discoveryGatewayApi, discoveryServiceApi, CacheHeaders), MediaController],
  providers: () => [],
});
