// libs/contracts/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:contracts" can only depend on
import '@mediamesh/testing';
