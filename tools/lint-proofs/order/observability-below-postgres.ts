// libs/observability/src/proof.ts
// @nx/enforce-module-boundaries: Circular dependency between "observability" and "postgres" | A project tagged with "name:observability" can only
import '@mediamesh/postgres';
