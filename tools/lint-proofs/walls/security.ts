// libs/security/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:security" can only depend on
import '@mediamesh/testing';
