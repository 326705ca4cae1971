// apps/all-in-one/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "layer:launcher" can only depend on
import '@mediamesh/http';
