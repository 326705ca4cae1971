// libs/contracts/src/proof.ts
// @nx/enforce-module-boundaries: Circular dependency between "contracts" and "observability" | A project tagged with "name:contracts" can only
import '@mediamesh/observability';
