// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:ingest-service)$)/" is not allowed to import "entities"
import 'entities';
