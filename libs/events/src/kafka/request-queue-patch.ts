import { createRequire } from 'node:module';

/** The only release of kafkajs that this patch was measured with. */
export const patchedVersion = '2.2.4';

interface RequestQueue {
  readonly pending: readonly unknown[];
  /** Milliseconds since the epoch, or -1. */
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly enforceRequestTimeout: boolean;
  readonly inflight: ReadonlyMap<
    number,
    { readonly sentAt: number; readonly requestTimeout: number; timeoutRequest(): void }
  >;
  requestTimeoutIntervalId?: NodeJS.Timeout;
  checkPendingRequests(): void;
  destroy(): void;
  isConnected(): boolean;
}

interface PendingRequests {
  scheduleCheckPendingRequests(this: RequestQueue): void;
  scheduleRequestTimeoutCheck(this: RequestQueue): void;
}

const lookAgain = 10;
/** How late a request timeout may be noticed. kafkajs checks ten times a second, on every socket. */
const lookForLate = 1_000;

/** Replaces kafkajs' `scheduleCheckPendingRequests`: a timer only while requests are pending. */
function scheduleWhilePending(this: RequestQueue): void {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId) return;
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    Math.max(this.throttledUntil - Date.now(), lookAgain),
  );
}

/** Replaces kafkajs' `scheduleRequestTimeoutCheck`: the same, less often. */
function checkTimeoutsSeldom(this: RequestQueue): void {
  if (!this.enforceRequestTimeout) return;
  this.destroy();
  this.requestTimeoutIntervalId = setInterval(() => {
    for (const request of this.inflight.values())
      if (Date.now() - request.sentAt > request.requestTimeout) request.timeoutRequest();
    if (!this.isConnected()) this.destroy();
  }, lookForLate);
}

/**
 * Removes a busy loop of kafkajs 2.2.4: when nothing is pending it sets a timer with a negative delay, about 880 times
 * a second for each socket, which costs 2–3 % of a core (kafkajs #1751). No option avoids it, and there is no later
 * release. Returns `false`, without a change, for any other version.
 */
export function patchRequestQueue(): boolean {
  const require = createRequire(import.meta.url);
  const { version } = require('kafkajs/package.json') as { version: string };
  if (version !== patchedVersion) return false;
  const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: PendingRequests };
  prototype.scheduleCheckPendingRequests = scheduleWhilePending;
  prototype.scheduleRequestTimeoutCheck = checkTimeoutsSeldom;
  return true;
}
