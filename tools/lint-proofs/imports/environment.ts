// apps/cms-service/src/proof.ts
// no-restricted-imports: The environment is read in libs/app and handed in.
import { env } from 'node:process';

export const port = env['PORT'];
