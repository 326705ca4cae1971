// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:resilience)$)/" is not allowed to import "opossum"
import 'opossum';
