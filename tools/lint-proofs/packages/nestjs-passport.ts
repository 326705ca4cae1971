// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:security)$)/" is not allowed to import "@nestjs/passport"
import '@nestjs/passport';
