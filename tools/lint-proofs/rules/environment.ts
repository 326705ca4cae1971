// apps/cms-service/src/proof.ts
// no-restricted-properties: The environment is read in libs/app and handed in.
export const port = process.env['PORT'];
