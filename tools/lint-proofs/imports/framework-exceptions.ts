// apps/cms-service/src/proof.ts
// no-restricted-imports: Throw a refusal of @mediamesh/contracts
import { NotFoundException } from '@nestjs/common';

export const nothingHere = (): never => {
  throw new NotFoundException();
};
