import { z } from 'zod';

/**
 * Who may call an endpoint. `PUBLIC` asks for nobody in particular, `SERVICE` is work without a user (imports,
 * schedules, operators' tools); a gateway never lists `SERVICE`.
 */
export const roles = ['ADMIN', 'EDITOR', 'USER', 'SERVICE', 'PUBLIC'] as const;
export type Role = (typeof roles)[number];

/** The roles a person's account may have. */
export const UserRole = z.enum(['ADMIN', 'EDITOR', 'USER']).meta({ id: 'UserRole' });
export type UserRole = z.output<typeof UserRole>;

/** Everyone who works in the CMS. */
export const editors = ['ADMIN', 'EDITOR'] as const satisfies readonly Role[];
