// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:auth-service)$)/" is not allowed to import "@nestjs/jwt"
import '@nestjs/jwt';
