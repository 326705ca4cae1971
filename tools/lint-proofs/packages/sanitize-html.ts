// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:metadata-service|ingest-service)$)/" is not allowed to import "sanitize-html"
import 'sanitize-html';
