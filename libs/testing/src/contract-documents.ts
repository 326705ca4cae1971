import type { Api } from '@mediamesh/contracts';
import { describeApis, type OpenApiDocument } from '@mediamesh/http';

export const describeContracts = (apis: readonly Api[]): Promise<OpenApiDocument> =>
  Promise.resolve(describeApis({ title: 'MediaMesh', description: '' }, apis));
