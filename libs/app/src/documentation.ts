import { isGateway } from '@mediamesh/contracts';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { AnyApp } from './define-app.js';
import { describeApp } from './describe-app.js';

/**
 * Swagger at `/docs` and its document at `/docs-json`, made when first asked for; the page remembers the token that was
 * pasted. A gateway also answers `/`, with links to what it has.
 */
export function mountDocumentation(nest: NestFastifyApplication, app: AnyApp): void {
  SwaggerModule.setup('docs', nest, () => describeApp(app) as unknown as OpenAPIObject, {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: `MediaMesh ${app.about?.title ?? app.name}`,
    swaggerOptions: { persistAuthorization: true },
  });
  if (!isGateway(app.name)) return;
  const links = { documentation: '/docs', openapi: '/docs-json', health: '/health/ready', metrics: '/metrics' };
  const apis = app.apis.map(({ base }) => base);
  nest
    .getHttpAdapter()
    .getInstance()
    .get('/', () => ({ app: app.name, links, apis }));
}
