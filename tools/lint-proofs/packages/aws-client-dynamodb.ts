// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:dynamodb|tools)$)/" is not allowed to import "@aws-sdk/client-dynamodb"
import '@aws-sdk/client-dynamodb';
