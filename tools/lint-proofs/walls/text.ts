// libs/text/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:text" cannot depend on any libs
import '@mediamesh/testing';
