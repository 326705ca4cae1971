import type { ServiceName } from './apps.js';
import type { UserRole } from './roles.js';

/** Who calls: nobody in particular, a person with a verified token, or a service acting without a person. */
export type Caller =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly id: string; readonly role: UserRole }
  | { readonly kind: 'service'; readonly name: ServiceName };

export const anonymous: Caller = { kind: 'anonymous' };

/** How a caller appears in logs and keys: `user:<id>`, `service:<name>` or `anonymous`. */
export const callerLabel = (caller: Caller): string =>
  caller.kind === 'user' ? `user:${caller.id}` : caller.kind === 'service' ? `service:${caller.name}` : 'anonymous';

/** The person who calls, if it is one. */
export const callerId = (caller: Caller): string | null => (caller.kind === 'user' ? caller.id : null);
