// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:postgres)$)/" is not allowed to import "typeorm"
import 'typeorm';
