// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:events|tools)$)/" is not allowed to import "kafkajs"
import 'kafkajs';
