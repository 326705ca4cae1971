import { createRequire } from 'node:module';

/** The only release of kafkajs this patch was measured with. */
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
/** How late a request may be found to have taken too long. kafkajs looks ten times a second, on every socket. */
const lookForLate = 1_000;

/** What replaces kafkajs' `scheduleCheckPendingRequests`: a timer only while something is pending. */
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

/** What replaces kafkajs' `scheduleRequestTimeoutCheck`: the same, more seldom. */
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
 * Ends the idle spin of kafkajs 2.2.4: whenever nothing is pending it sets a timer with a negative delay, some 880
 * times a second for each socket, which costs 2–3 % of a core (kafkajs #1751). No option cures that, and there is no
 * later release. Answers whether the installed version is the one this was made for; any other is left alone. Doing it
 * again changes nothing.
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
