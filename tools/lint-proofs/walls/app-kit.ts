// libs/app/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "layer:app-kit" can only depend on
import '@mediamesh/testing';
