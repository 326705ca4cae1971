// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:observability)$)/" is not allowed to import "pino"
import 'pino';
