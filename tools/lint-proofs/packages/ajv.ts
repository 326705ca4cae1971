// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:tools)$)/" is not allowed to import "ajv"
import 'ajv';
