import { authService } from '@mediamesh/apps/auth-service';
import { cmsGateway } from '@mediamesh/apps/cms-gateway';
import { cmsService } from '@mediamesh/apps/cms-service';
import { discoveryGateway } from '@mediamesh/apps/discovery-gateway';
import { discoveryService } from '@mediamesh/apps/discovery-service';
import { ingestService } from '@mediamesh/apps/ingest-service';
import { mediaService } from '@mediamesh/apps/media-service';
import { metadataService } from '@mediamesh/apps/metadata-service';
import { searchService } from '@mediamesh/apps/search-service';

/** All apps, services before the gateways that call them. Tools use this list too. */
export const apps = [
  authService,
  cmsService,
  metadataService,
  mediaService,
  ingestService,
  discoveryService,
  searchService,
  cmsGateway,
  discoveryGateway,
];
