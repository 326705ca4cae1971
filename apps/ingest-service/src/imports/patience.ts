import { retryWhileAway, untilAborted } from '@mediamesh/resilience';

/** How long a call under way may still take after a stop, in milliseconds: what is nearly done gets done. */
const grace = 3_000;
/** Waits before the second and later tries of a call, in milliseconds. */
const waits = [250, 1_000, 2_500];

/** Waits for a call, after a stop no longer than a moment. @throws the call's own error, or the reason of `stop` */
export const waitOrStop = <T>(call: Promise<T>, stop: AbortSignal): Promise<T> => untilAborted(call, stop, { grace });

/** Calls a neighbour that may be away for a moment. @throws what it refuses, or the reason of `stop` */
export const callPatiently = <T>(call: () => Promise<T>, stop: AbortSignal): Promise<T> =>
  retryWhileAway(() => waitOrStop(call(), stop), { waits, stop });
