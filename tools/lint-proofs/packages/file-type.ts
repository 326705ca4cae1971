// apps/cms-service/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "/^name:(?!(?:media-service)$)/" is not allowed to import "file-type"
import 'file-type';
