import { z } from 'zod';
import type { AppName } from '../kernel/apps.js';
import { defineApi } from '../kernel/endpoint.js';
import type { ExamplesOf } from '../kernel/example.js';

/** The answer to a request for the gateway's root. */
export const GatewayRoot = z
  .object({
    app: z.string(),
    apis: z.array(z.string()).describe('Where the paths of its endpoints begin.'),
    links: z.object({
      documentation: z.string(),
      openapi: z.string(),
      health: z.string(),
      metrics: z.string(),
      otherGateway: z.string().optional().describe('The gateway of the public, or of editors, where it is known.'),
    }),
  })
  .meta({ id: 'GatewayRoot' });
export type GatewayRoot = z.output<typeof GatewayRoot>;

const endpoints = {
  getRoot: {
    method: 'GET',
    path: '/',
    summary: 'Read where to go from here',
    tag: 'Gateway',
    query: z.object({}),
    returns: GatewayRoot,
    roles: ['PUBLIC'],
    limit: 'read',
  },
} as const;

const examples: ExamplesOf<typeof endpoints> = {
  getRoot: {
    default: {
      answer: {
        app: 'discovery-gateway',
        apis: ['/api/v1/discovery', '/media'],
        links: {
          documentation: '/docs',
          openapi: '/docs-json',
          health: '/health/ready',
          metrics: '/metrics',
          otherGateway: 'http://127.0.0.1:8081',
        },
      },
    },
  },
};

export const rootApi = (app: AppName) => defineApi(app, '', examples, endpoints);
