// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:dynamodb)$)/" is not allowed to import "@aws-sdk/util-dynamodb"
import '@aws-sdk/util-dynamodb';
