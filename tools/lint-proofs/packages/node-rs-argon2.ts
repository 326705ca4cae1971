// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:auth-service)$)/" is not allowed to import "@node-rs/argon2"
import '@node-rs/argon2';
