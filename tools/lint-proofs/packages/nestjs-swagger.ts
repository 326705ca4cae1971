// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:app)$)/" is not allowed to import "@nestjs/swagger"
import '@nestjs/swagger';
