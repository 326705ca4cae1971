import { withComponents } from '@mediamesh/http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { AnyApp } from './define-app.js';
import { operatorApisOf } from './operator-controllers.js';

/** Swagger at `/docs`, its document at `/docs-json`; made when first asked for. */
export function mountDocumentation(nest: NestFastifyApplication, app: AnyApp): void {
  SwaggerModule.setup('docs', nest, () => documentOf(nest, app), {
    jsonDocumentUrl: 'docs-json',
    yamlDocumentUrl: 'docs-yaml',
    customSiteTitle: `MediaMesh ${app.name}`,
  });
}

/** The OpenAPI document of an app, from its contracts. */
export function documentOf(nest: NestFastifyApplication, app: AnyApp): OpenAPIObject {
  const builder = new DocumentBuilder().setTitle(`MediaMesh ${app.name}`).setVersion('1').addBearerAuth();
  return withComponents(SwaggerModule.createDocument(nest, builder.build()), [...app.apis, ...operatorApisOf(app)]);
}
