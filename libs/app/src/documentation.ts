import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { AnyApp } from './define-app.js';
import { describeApp } from './describe-app.js';

/** Swagger UI at `/docs` and the document at `/docs-json`, generated on first use. The page keeps the token. */
export function mountDocumentation(nest: NestFastifyApplication, app: AnyApp): void {
  SwaggerModule.setup('docs', nest, () => describeApp(app) as unknown as OpenAPIObject, {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: `MediaMesh ${app.about?.title ?? app.name}`,
    swaggerOptions: { persistAuthorization: true },
  });
}
