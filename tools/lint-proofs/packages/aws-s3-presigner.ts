// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:media-service)$)/" is not allowed to import "@aws-sdk/s3-request-presigner"
import '@aws-sdk/s3-request-presigner';
