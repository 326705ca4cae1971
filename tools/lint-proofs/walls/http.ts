// libs/http/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:http" can only depend on
import '@mediamesh/testing';
