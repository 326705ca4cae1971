// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:http|ingest-service)$)/" is not allowed to import "undici"
import 'undici';
