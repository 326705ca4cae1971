// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:limits|tools)$)/" is not allowed to import "ioredis"
import 'ioredis';
