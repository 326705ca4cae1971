// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:security|auth-service|testing)$)/" is not allowed to import "jose"
import 'jose';
