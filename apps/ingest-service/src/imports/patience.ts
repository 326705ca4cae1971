import { retryWhileAway, untilAborted } from '@mediamesh/resilience';

/** How long a call under way may continue after a stop, in milliseconds. */
const grace = 3_000;
/** Milliseconds before each retry. */
const waits = [250, 1_000, 2_500];

/** Waits for a call, at most `grace` longer after a stop. @throws the call's error, or the reason of `stop` */
export const waitOrStop = <T>(call: Promise<T>, stop: AbortSignal): Promise<T> => untilAborted(call, stop, { grace });

/** Retries a call while the service is away. @throws its refusal, or the reason of `stop` */
export const callPatiently = <T>(call: () => Promise<T>, stop: AbortSignal): Promise<T> =>
  retryWhileAway(() => waitOrStop(call(), stop), { waits, stop });
