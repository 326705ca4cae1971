import type { ServiceName } from './apps.js';
import type { UserRole } from './roles.js';

/** `user` has a verified token, `service` acts without a user. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly id: string; readonly role: UserRole }
  | { readonly kind: 'service'; readonly name: ServiceName };

export const anonymous: Caller = { kind: 'anonymous' };

/** The caller in logs and keys: `user:<id>`, `service:<name>` or `anonymous`. */
export const callerLabel = (caller: Caller): string =>
  caller.kind === 'user' ? `user:${caller.id}` : caller.kind === 'service' ? `service:${caller.name}` : 'anonymous';

/** The user's id; `null` for other callers. */
export const callerId = (caller: Caller): string | null => (caller.kind === 'user' ? caller.id : null);
