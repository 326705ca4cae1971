// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "layer:app" can only depend on
import '@mediamesh/migrations';
