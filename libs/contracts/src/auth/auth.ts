import { z } from 'zod';
import { line, text } from '../kernel/fields.js';
import { UserRole } from '../kernel/roles.js';

export const Login = z
  .strictObject({ email: text(320), password: text(1000) })
  .meta({ id: 'Login', example: { email: 'editor@example.org', password: 'a long passphrase' } });
export type Login = z.output<typeof Login>;

/** `expiresIn` is in seconds. */
export const Tokens = z
  .object({ accessToken: z.string(), tokenType: z.literal('Bearer'), expiresIn: z.int() })
  .meta({ id: 'Tokens' });
export type Tokens = z.output<typeof Tokens>;

export const User = z
  .object({ id: z.string(), email: z.string(), name: z.string().nullable(), role: UserRole, createdAt: z.string() })
  .meta({ id: 'User' });
export type User = z.output<typeof User>;

export const CreateUser = z
  .strictObject({ email: text(320), password: text(1000, 12), role: UserRole, name: line(200).optional() })
  .meta({ id: 'CreateUser' });
export type CreateUser = z.output<typeof CreateUser>;
