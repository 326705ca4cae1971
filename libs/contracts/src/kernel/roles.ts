import { z } from 'zod';

/** `PUBLIC` needs no login. `SERVICE` is work without a user (imports, schedules, tools); gateways never list it. */
export const roles = ['ADMIN', 'EDITOR', 'USER', 'SERVICE', 'PUBLIC'] as const;
export type Role = (typeof roles)[number];

export const UserRole = z.enum(['ADMIN', 'EDITOR', 'USER']).meta({ id: 'UserRole' });
export type UserRole = z.output<typeof UserRole>;

export const editors = ['ADMIN', 'EDITOR'] as const satisfies readonly Role[];
