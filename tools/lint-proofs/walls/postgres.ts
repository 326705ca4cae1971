// libs/postgres/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:postgres" can only depend on
import '@mediamesh/testing';
