// apps/cms-service/src/proof.ts
// @typescript-eslint/consistent-type-imports: Use `import type`
import { Server } from 'node:http';

export const close = (server: Server) => server.close();
