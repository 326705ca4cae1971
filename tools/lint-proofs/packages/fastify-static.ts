// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:app)$)/" is not allowed to import "@fastify/static"
import '@fastify/static';
