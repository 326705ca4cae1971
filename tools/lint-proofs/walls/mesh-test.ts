// apps/all-in-one/e2e/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "layer:launcher" can only depend on
import '@mediamesh/app';
