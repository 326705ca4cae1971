import { z } from 'zod';
import { defineEvent } from '../kernel/event.js';
import { UserRole } from '../kernel/roles.js';

export const userRegistered = defineEvent('auth.user.registered', {
  version: 1,
  topic: 'auth.events',
  payload: z.object({ userId: z.string(), role: UserRole }),
  subject: (payload) => payload.userId,
});
