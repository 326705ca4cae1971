import { type AppName, appNames, type GatewayRoot, isGateway, rootApi } from '@mediamesh/contracts';
import { Implements } from '@mediamesh/http';
import { Controller, type Type } from '@nestjs/common';
import type { MeshConfig } from './config.js';
import type { AnyApp } from './define-app.js';

export class KnownGateways {
  private readonly config: Pick<MeshConfig, 'addresses' | 'shared'>;

  constructor(config: Pick<MeshConfig, 'addresses' | 'shared'>) {
    this.config = config;
  }

  /** The other gateway; undefined in production when its address is only the default. */
  beside(app: AppName): string | undefined {
    const other = appNames.find((name) => isGateway(name) && name !== app);
    if (!other) return undefined;
    const { port, urls } = this.config.addresses[other];
    const isDefault = urls[0] === `http://127.0.0.1:${port}`;
    return isDefault && this.config.shared.NODE_ENV === 'production' ? undefined : urls[0];
  }
}

export function createRootController({ name, apis }: Pick<AnyApp, 'name' | 'apis'>): Type {
  @Controller()
  class RootController {
    constructor(private readonly gateways: KnownGateways) {}

    @Implements(rootApi(name), 'getRoot')
    read(): GatewayRoot {
      const otherGateway = this.gateways.beside(name);
      return {
        app: name,
        apis: apis.map(({ base }) => base),
        links: {
          documentation: '/docs',
          openapi: '/docs-json',
          health: '/health/ready',
          metrics: '/metrics',
          ...(otherGateway !== undefined && { otherGateway }),
        },
      };
    }
  }
  return RootController;
}
