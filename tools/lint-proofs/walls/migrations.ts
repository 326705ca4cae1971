// migrations/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:migrations" can only depend on
import '@mediamesh/testing';
