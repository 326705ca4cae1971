// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:events)$)/" is not allowed to import "@nestjs/microservices"
import '@nestjs/microservices';
