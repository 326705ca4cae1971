// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:media-service|tools)$)/" is not allowed to import "@aws-sdk/client-s3"
import '@aws-sdk/client-s3';
