// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:postgres|postgres-embedded)$)/" is not allowed to import "pg"
import 'pg';
