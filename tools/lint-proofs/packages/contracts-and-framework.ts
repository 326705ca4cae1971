// libs/contracts/src/proof.ts
// @nx/enforce-module-boundaries: A project tagged with "name:contracts" is not allowed to import "@nestjs/common"
import '@nestjs/common';
