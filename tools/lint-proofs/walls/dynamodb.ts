// libs/dynamodb/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:dynamodb" can only depend on
import '@mediamesh/testing';
